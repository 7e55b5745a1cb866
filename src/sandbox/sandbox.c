#include "sandbox/sandbox.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/limits.h"

/* The limits: what a worker may take from the machine, whatever it is made to do. */
static struct error *limit_resources(enum sandbox_profile profile)
{
    static const struct {
        __rlimit_resource_t resource;
        rlim_t ceiling;
        const char *name;
        bool sanitized; /* sanitizers bear it too */
    } rows[] = {
        {RLIMIT_CORE, 0, "core files", true},
        {RLIMIT_FSIZE, 1 << 16, "file sizes", false}, /* its last words */
        {RLIMIT_NPROC, 0, "processes", true},
        {RLIMIT_NOFILE, 0, "open files", false},
        {RLIMIT_DATA, LIMIT_WORKER_MEMORY, "memory", false},
        {RLIMIT_MEMLOCK, 0, "locked memory", true},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct rlimit limit = {rows[i].ceiling, rows[i].ceiling};
        if (profile == SANDBOX_SANITIZED && !rows[i].sanitized)
            continue;
        if (setrlimit(rows[i].resource, &limit) != 0)
            return error_new(ERROR_SYSTEM, "cannot limit %s: %s", rows[i].name,
                             strerrordesc_np(errno));
    }
    return NULL;
}

/* Landlock (Linux 5.13, landlock(7)): no right to any file, not even to read. */
static struct error *forbid_files(void)
{
    struct landlock_ruleset_attr rules = {
        .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                             LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                             LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                             LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                             LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                             LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                             LANDLOCK_ACCESS_FS_MAKE_SYM,
    };
    int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);

    if (fd < 0)
        return error_new(ERROR_SYSTEM, "the kernel offers no landlock: %s",
                         strerrordesc_np(errno));
    long result = syscall(SYS_landlock_restrict_self, fd, 0);
    int reason = errno;
    close(fd);
    if (result != 0)
        return error_new(ERROR_SYSTEM, "landlock refused: %s", strerrordesc_np(reason));
    return NULL;
}

static int allow_calls(scmp_filter_ctx filter)
{
    static const int plain[] = {
        SCMP_SYS(read),           SCMP_SYS(write),         SCMP_SYS(close),
        SCMP_SYS(munmap),         SCMP_SYS(brk),           SCMP_SYS(madvise),
        SCMP_SYS(futex),          SCMP_SYS(exit),          SCMP_SYS(exit_group),
        SCMP_SYS(rt_sigreturn),   SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
        SCMP_SYS(getrandom),      SCMP_SYS(sched_yield),   SCMP_SYS(restart_syscall),
        SCMP_SYS(mremap),         SCMP_SYS(getpid),        SCMP_SYS(gettid),
        SCMP_SYS(rt_sigprocmask), SCMP_SYS(sysinfo), /* qsort of the C library asks */
    };
    /* Memory, but never memory that holds code, nor shared memory, which no limit counts. */
    const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    const struct scmp_arg_cmp is_private = SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_TYPE, MAP_PRIVATE);

    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0);
        if (result != 0)
            return result;
    }
    int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code);
    if (result == 0)
        result =
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, no_code, is_private);
    if (result != 0)
        return result;
    /* abort() raises SIGABRT in this thread alone: the parent learns of a failed assertion. */
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
}

static struct error *forbid_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

    if (filter == NULL)
        return error_new(ERROR_SYSTEM, "no memory for the seccomp filter");
    /* Calls of another instruction set end the whole process too. */
    int result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (result == 0)
        result = allow_calls(filter);
    if (result == 0)
        result = seccomp_load(filter);
    seccomp_release(filter);
    if (result != 0)
        return error_new(ERROR_SYSTEM, "seccomp refused: %s", strerrordesc_np(-result));
    return NULL;
}

enum sandbox_profile sandbox_default(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return SANDBOX_SANITIZED;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    return SANDBOX_SANITIZED;
#else
    return SANDBOX_COMPUTE;
#endif
#else
    return SANDBOX_COMPUTE;
#endif
}

struct error *sandbox_enter(enum sandbox_profile profile)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return error_new(ERROR_SYSTEM, "cannot give up privileges: %s", strerrordesc_np(errno));
    if (profile == SANDBOX_COMPUTE)
        TRY(forbid_files()); /* before the limits: it needs a descriptor for a moment */
    TRY(limit_resources(profile));
    return profile == SANDBOX_COMPUTE ? forbid_calls() : NULL;
}
