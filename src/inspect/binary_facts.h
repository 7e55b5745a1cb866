#ifndef INSPECT_BINARY_FACTS_H
#define INSPECT_BINARY_FACTS_H

#include "base/arena.h"
#include "inspect/binary_elf.h"

/* What an ELF file says about itself. Numbers and flags are -1, texts empty when unknown. */
struct binary_facts {
    const char *machine; /* mips, arm, x86-64, …; "machine N" when it has no name here */
    const char *type;    /* executable, library, module, object, core; NULL */
    int pie, nx, canary, fortify, fortifiable, stripped, is_static, unsafe, network;
    const char *nx_source; /* header, abi-default; NULL */
    const char *relro;     /* full, partial, none; NULL */
    const char *libc;      /* glibc, musl, uclibc, bionic; NULL */
    struct bytes rpath, runpath, interpreter, soname, needed, unsafe_calls;
};

/* Reads them out of ELF, fresh from binary_elf_open. MODULE_NAME: the file is called *.ko. */
void binary_facts_read(struct binary_elf *elf, bool module_name, struct arena *arena,
                       struct binary_facts *out);

#endif
