/*
 * The sandbox, attacked from inside. Each attack runs in a child that has locked itself; the
 * kernel must end it with SIGSYS. What a worker needs must still work.
 */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "test.h"

#define SURVIVED 42 /* the call returned: what it returned does not matter */
#define WRONG    43 /* an allowed call did not do its work */
#define UNLOCKED 44

static int pipe_ends[2];

/* Runs ATTEMPT in a locked child and gives its wait status. */
static int attempt_locked(int (*attempt)(void))
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        alarm(20);
        struct error *error = sandbox_enter(SANDBOX_COMPUTE);
        if (error != NULL)
            _exit(UNLOCKED);
        _exit(attempt());
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* An attack: a function named after it, which must not come back. */
#define ATTACK(name, call)         \
    static int attack_##name(void) \
    {                              \
        (void)(call);              \
        return SURVIVED;           \
    }

static char byte_of_memory;
static char *const no_arguments[] = {NULL};
static struct iovec one_byte = {&byte_of_memory, 1};
static uint64_t zeros[32];

/* Files */
ATTACK(open, syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY))
ATTACK(open_here, openat(AT_FDCWD, ".", O_RDONLY | O_DIRECTORY))
ATTACK(open_to_write, open("/tmp/escaped", O_WRONLY | O_CREAT, 0600))
ATTACK(openat2, syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", zeros, 24))
ATTACK(open_by_handle, syscall(SYS_open_by_handle_at, AT_FDCWD, zeros, 0))
ATTACK(stat, syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", zeros, 0))
ATTACK(statx, syscall(SYS_statx, AT_FDCWD, "/", 0, 0, zeros))
ATTACK(access, syscall(SYS_faccessat, AT_FDCWD, "/etc/passwd", 0))
ATTACK(readlink, syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", zeros, sizeof zeros))
ATTACK(getdents, syscall(SYS_getdents64, pipe_ends[0], zeros, sizeof zeros))
ATTACK(unlink, syscall(SYS_unlinkat, AT_FDCWD, "/tmp/escaped", 0))
ATTACK(rename, syscall(SYS_renameat2, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/b", 0))
ATTACK(mkdir, syscall(SYS_mkdirat, AT_FDCWD, "/tmp/escaped", 0700))
ATTACK(mknod, syscall(SYS_mknodat, AT_FDCWD, "/tmp/escaped", S_IFIFO | 0600, 0))
ATTACK(symlink, syscall(SYS_symlinkat, "/", AT_FDCWD, "/tmp/escaped"))
ATTACK(link, syscall(SYS_linkat, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/b", 0))
ATTACK(chmod, syscall(SYS_fchmodat, AT_FDCWD, "/tmp", 0777))
ATTACK(chown, syscall(SYS_fchownat, AT_FDCWD, "/tmp", 0, 0, 0))
ATTACK(truncate, syscall(SYS_ftruncate, pipe_ends[1], 0))
ATTACK(chdir, syscall(SYS_chdir, "/tmp"))
ATTACK(chroot, syscall(SYS_chroot, "/tmp"))
ATTACK(mount, syscall(SYS_mount, "none", "/tmp", "tmpfs", 0, NULL))
ATTACK(umount, syscall(SYS_umount2, "/tmp", MNT_DETACH))
ATTACK(pivot_root, syscall(SYS_pivot_root, "/tmp", "/tmp"))
ATTACK(open_tree, syscall(SYS_open_tree, AT_FDCWD, "/", 0))
ATTACK(fanotify, syscall(SYS_fanotify_init, 0, 0))
ATTACK(inotify, syscall(SYS_inotify_init1, 0))
ATTACK(memfd_create, syscall(SYS_memfd_create, "escaped", 0))
ATTACK(memfd_secret, syscall(447 /* memfd_secret, Linux 5.14 */, 0))

/* Descriptors */
ATTACK(dup, syscall(SYS_dup, pipe_ends[0]))
ATTACK(dup3, syscall(SYS_dup3, pipe_ends[0], 40, 0))
ATTACK(fcntl, fcntl(pipe_ends[0], F_GETFL))
ATTACK(ioctl, ioctl(0, TIOCSTI, "x"))
ATTACK(pipe, syscall(SYS_pipe2, zeros, 0))
ATTACK(eventfd, syscall(SYS_eventfd2, 0, 0))
ATTACK(epoll, syscall(SYS_epoll_create1, 0))
ATTACK(splice, syscall(SYS_splice, pipe_ends[0], NULL, pipe_ends[1], NULL, 1, 0))
ATTACK(sendfile, syscall(SYS_sendfile, pipe_ends[1], pipe_ends[0], NULL, 1))
ATTACK(pidfd_open, syscall(SYS_pidfd_open, getppid(), 0))
ATTACK(pidfd_getfd, syscall(SYS_pidfd_getfd, pipe_ends[0], 0, 0))

/* The network */
ATTACK(socket, syscall(SYS_socket, AF_INET, SOCK_STREAM, 0))
ATTACK(socket_unix, socket(AF_UNIX, SOCK_STREAM, 0))
ATTACK(socket_netlink, socket(AF_NETLINK, SOCK_RAW, 0))
ATTACK(socketpair, syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, zeros))
ATTACK(connect, syscall(SYS_connect, pipe_ends[0], zeros, 16))
ATTACK(bind, syscall(SYS_bind, pipe_ends[0], zeros, 16))
ATTACK(sendto, syscall(SYS_sendto, pipe_ends[0], zeros, 1, 0, NULL, 0))
ATTACK(sendmsg, syscall(SYS_sendmsg, pipe_ends[0], zeros, 0))
ATTACK(recvmsg, syscall(SYS_recvmsg, pipe_ends[0], zeros, 0))

/* Processes. The C library's fork ends here too: it is a clone. */
ATTACK(fork, fork())
#ifdef SYS_fork
ATTACK(fork_call, syscall(SYS_fork))
#endif
#ifdef SYS_vfork
ATTACK(vfork, syscall(SYS_vfork))
#endif
ATTACK(clone, syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL))
ATTACK(clone_thread,
       syscall(SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, NULL, NULL, NULL, NULL))
ATTACK(clone3, syscall(SYS_clone3, zeros, 88))
ATTACK(execve, execve("/bin/true", no_arguments, no_arguments))
ATTACK(execveat, syscall(SYS_execveat, 0, "", no_arguments, no_arguments, AT_EMPTY_PATH))
ATTACK(unshare, unshare(CLONE_NEWUSER))
ATTACK(setns, syscall(SYS_setns, pipe_ends[0], 0))
ATTACK(ptrace_me, ptrace(PTRACE_TRACEME, 0, NULL, NULL))
ATTACK(ptrace_parent, syscall(SYS_ptrace, PTRACE_ATTACH, 1, NULL, NULL))
ATTACK(kill_parent, syscall(SYS_kill, 1, 0))
ATTACK(kill_group, kill(0, SIGTERM))
ATTACK(kill_self, kill(getpid(), SIGTERM))
ATTACK(tgkill_other, syscall(SYS_tgkill, 1, 1, 0))
ATTACK(tkill, syscall(SYS_tkill, 1, 0))
ATTACK(sigqueue, syscall(SYS_rt_sigqueueinfo, 1, SIGTERM, zeros))
ATTACK(process_vm_readv, syscall(SYS_process_vm_readv, 1, &one_byte, 1, &one_byte, 1, 0))
ATTACK(process_vm_writev, syscall(SYS_process_vm_writev, 1, &one_byte, 1, &one_byte, 1, 0))
ATTACK(kcmp, syscall(SYS_kcmp, 1, 1, 0, 0, 0))
ATTACK(wait4, syscall(SYS_wait4, -1, NULL, WNOHANG, NULL))
ATTACK(setsid, setsid())

/* Privileges and the lock itself */
ATTACK(setuid, syscall(SYS_setuid, 0))
ATTACK(setresuid, syscall(SYS_setresuid, 0, 0, 0))
ATTACK(setgroups, syscall(SYS_setgroups, 0, NULL))
ATTACK(capset, syscall(SYS_capset, zeros, zeros))
ATTACK(prctl_seccomp, prctl(PR_SET_SECCOMP, 0, 0, 0, 0))
ATTACK(prctl_dumpable, prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
ATTACK(seccomp, syscall(SYS_seccomp, 1, 0, zeros))
ATTACK(landlock, syscall(SYS_landlock_create_ruleset, zeros, 8, 0))
ATTACK(setrlimit, syscall(SYS_setrlimit, RLIMIT_NOFILE, zeros))
ATTACK(prlimit, syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, zeros, NULL))
ATTACK(personality, syscall(SYS_personality, 0x0400000 /* READ_IMPLIES_EXEC */))
ATTACK(sigaction, syscall(SYS_rt_sigaction, SIGSYS, zeros, NULL, 8))

/* Code, and the kernel's large doors */
ATTACK(mmap_exec, mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
ATTACK(mmap_write_exec,
       mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
ATTACK(mprotect_exec, mprotect(&zeros, 4096, PROT_READ | PROT_EXEC))
ATTACK(pkey_mprotect, syscall(SYS_pkey_mprotect, &zeros, 4096, PROT_EXEC, 0))
ATTACK(remap_file_pages, syscall(SYS_remap_file_pages, &zeros, 4096, 0, 0, 0))
ATTACK(shmget, syscall(SYS_shmget, 0, 4096, 01600))
ATTACK(io_uring, syscall(SYS_io_uring_setup, 8, zeros))
ATTACK(bpf, syscall(SYS_bpf, 0, zeros, 48))
ATTACK(userfaultfd, syscall(SYS_userfaultfd, 0))
ATTACK(perf, syscall(SYS_perf_event_open, zeros, 0, -1, -1, 0))
ATTACK(keyctl, syscall(SYS_keyctl, 0, 0, 0, 0, 0))
ATTACK(add_key, syscall(SYS_add_key, "user", "a", "b", 1, 0))
ATTACK(init_module, syscall(SYS_init_module, zeros, 1, ""))
ATTACK(kexec, syscall(SYS_kexec_load, 0, 0, NULL, 0))
ATTACK(reboot, syscall(SYS_reboot, 0, 0, 0, NULL))
ATTACK(swapon, syscall(SYS_swapon, "/tmp/a", 0))
ATTACK(settime, syscall(SYS_clock_settime, CLOCK_REALTIME, zeros))
ATTACK(nanosleep, syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, zeros, NULL))
ATTACK(unknown_call, syscall(1000))

/* Memory that is not charged to the process would escape its memory limit. */
ATTACK(mmap_shared, mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))

static const struct attack {
    const char *name;
    int (*attempt)(void);
} attacks[] = {
#define ROW(name)            \
    {                        \
#name, attack_##name \
    }
    ROW(open),
    ROW(open_here),
    ROW(open_to_write),
    ROW(openat2),
    ROW(open_by_handle),
    ROW(stat),
    ROW(statx),
    ROW(access),
    ROW(readlink),
    ROW(getdents),
    ROW(unlink),
    ROW(rename),
    ROW(mkdir),
    ROW(mknod),
    ROW(symlink),
    ROW(link),
    ROW(chmod),
    ROW(chown),
    ROW(truncate),
    ROW(chdir),
    ROW(chroot),
    ROW(mount),
    ROW(umount),
    ROW(pivot_root),
    ROW(open_tree),
    ROW(fanotify),
    ROW(inotify),
    ROW(memfd_create),
    ROW(memfd_secret),
    ROW(dup),
    ROW(dup3),
    ROW(fcntl),
    ROW(ioctl),
    ROW(pipe),
    ROW(eventfd),
    ROW(epoll),
    ROW(splice),
    ROW(sendfile),
    ROW(pidfd_open),
    ROW(pidfd_getfd),
    ROW(socket),
    ROW(socket_unix),
    ROW(socket_netlink),
    ROW(socketpair),
    ROW(connect),
    ROW(bind),
    ROW(sendto),
    ROW(sendmsg),
    ROW(recvmsg),
    ROW(fork),
#ifdef SYS_fork
    ROW(fork_call),
#endif
#ifdef SYS_vfork
    ROW(vfork),
#endif
    ROW(clone),
    ROW(clone_thread),
    ROW(clone3),
    ROW(execve),
    ROW(execveat),
    ROW(unshare),
    ROW(setns),
    ROW(ptrace_me),
    ROW(ptrace_parent),
    ROW(kill_parent),
    ROW(kill_group),
    ROW(kill_self),
    ROW(tgkill_other),
    ROW(tkill),
    ROW(sigqueue),
    ROW(process_vm_readv),
    ROW(process_vm_writev),
    ROW(kcmp),
    ROW(wait4),
    ROW(setsid),
    ROW(setuid),
    ROW(setresuid),
    ROW(setgroups),
    ROW(capset),
    ROW(prctl_seccomp),
    ROW(prctl_dumpable),
    ROW(seccomp),
    ROW(landlock),
    ROW(setrlimit),
    ROW(prlimit),
    ROW(personality),
    ROW(sigaction),
    ROW(mmap_exec),
    ROW(mmap_write_exec),
    ROW(mprotect_exec),
    ROW(pkey_mprotect),
    ROW(remap_file_pages),
    ROW(shmget),
    ROW(io_uring),
    ROW(bpf),
    ROW(userfaultfd),
    ROW(perf),
    ROW(keyctl),
    ROW(add_key),
    ROW(init_module),
    ROW(kexec),
    ROW(reboot),
    ROW(swapon),
    ROW(settime),
    ROW(nanosleep),
    ROW(unknown_call),
    ROW(mmap_shared),
#undef ROW
};

TEST(attack)
{
    static const struct attack *next = attacks;
    const struct attack *attack = next++;
    int status = attempt_locked(attack->attempt);

    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS) {
        test_ok = false;
        printf("# %s: wait status %#x, wanted death by SIGSYS\n", attack->name,
               (unsigned)status);
    }
}

#ifdef __x86_64__
/* The calls of the other two instruction sets of the machine: i386 by int 0x80, and x32. */
static int attack_int80(void)
{
    long number = 20; /* getpid there */

    __asm__ volatile("int $0x80" : "+a"(number) : : "memory", "r8", "r9", "r10", "r11");
    return number == getpid() ? SURVIVED : WRONG;
}

static int attack_x32(void)
{
    long number = 0x40000000 + SYS_getpid;

    __asm__ volatile("syscall" : "+a"(number) : : "memory", "rcx", "r11");
    return SURVIVED;
}

/* A kernel without these instruction sets ends or refuses the call by itself. */
TEST(int80)
{
    int status = attempt_locked(attack_int80);

    CHECK_TRUE(WIFSIGNALED(status) &&
               (WTERMSIG(status) == SIGSYS || WTERMSIG(status) == SIGSEGV));
}

TEST(x32)
{
    int status = attempt_locked(attack_x32);

    CHECK_TRUE(WIFSIGNALED(status));
    CHECK_INT(WTERMSIG(status), SIGSYS);
}
#endif

static int use_descriptors(void)
{
    char word[4] = "";

    if (write(pipe_ends[1], "abc", 3) != 3 || read(pipe_ends[0], word, 3) != 3)
        return WRONG;
    return strcmp(word, "abc") == 0 && close(pipe_ends[0]) == 0 ? 0 : WRONG;
}

static int use_memory(void)
{
    size_t size = 100U << 20;
    char *memory = malloc(size);

    if (memory == NULL)
        return WRONG;
    for (size_t i = 0; i < size; i += 4096)
        memory[i] = 1;
    memory = realloc(memory, 2 * size);
    if (memory == NULL || memory[size - 4096] != 1)
        return WRONG;
    free(memory);
    return 0;
}

static int use_clock(void)
{
    struct timespec now;
    struct timeval day;
    struct sysinfo machine;

    return syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now) == 0 &&
                   gettimeofday(&day, NULL) == 0 && sysinfo(&machine) == 0 && sched_yield() == 0
               ? 0
               : WRONG;
}

static int use_random(void)
{
    uint64_t number = 0;

    return syscall(SYS_getrandom, &number, sizeof number, 0) == sizeof number ? 0 : WRONG;
}

static int by_value(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static int use_sort(void) /* it asks the machine how much memory there is */
{
    static int numbers[1 << 20];

    for (int i = 0; i < 1 << 20; i++)
        numbers[i] = -i;
    qsort(numbers, COUNT_OF(numbers), sizeof *numbers, by_value);
    return numbers[0] == 1 - (1 << 20) ? 0 : WRONG;
}

static int use_abort(void)
{
    abort();
}

static int use_two_gib(void)
{
    char *volatile memory = malloc(2UL << 30);

    return memory == NULL ? 0 : WRONG;
}

static int use_two_gib_by_base(void)
{
    char *memory = mem_alloc(2UL << 30); /* ends the process */

    return memory == NULL ? WRONG : SURVIVED;
}

static int use_two_gib_in_pieces(void)
{
    for (int i = 0; i < 2048; i++) {
        char *memory = mem_alloc(1U << 20);
        memory[0] = 1;
    }
    return SURVIVED;
}

static int use_huge_message(void)
{
    static char page[1 << 16];

    for (int i = 0; i < 1000; i++)
        if (write(STDERR_FILENO, page, sizeof page) <= 0)
            return 0;
    return SURVIVED;
}

TEST(descriptors)
{
    CHECK_INT(attempt_locked(use_descriptors), 0);
}
TEST(memory)
{
    CHECK_INT(attempt_locked(use_memory), 0);
}
TEST(clock)
{
    CHECK_INT(attempt_locked(use_clock), 0);
}
TEST(random)
{
    CHECK_INT(attempt_locked(use_random), 0);
}
TEST(sort)
{
    CHECK_INT(attempt_locked(use_sort), 0);
}
TEST(two_gib_are_refused)
{
    CHECK_INT(attempt_locked(use_two_gib), 0);
}

TEST(memory_over_the_limit_is_said_by_the_status)
{
    CHECK_INT(attempt_locked(use_two_gib_by_base), LIMIT_EXIT_OUT_OF_MEMORY << 8);
    CHECK_INT(attempt_locked(use_two_gib_in_pieces), LIMIT_EXIT_OUT_OF_MEMORY << 8);
}

/* A failed assertion must show as what it is. */
TEST(abort_is_seen)
{
    int status = attempt_locked(use_abort);

    CHECK_TRUE(WIFSIGNALED(status));
    CHECK_INT(WTERMSIG(status), SIGABRT);
}

/* The descriptor of last words is a file of the parent: it must not be filled without end. */
TEST(last_words_are_short)
{
    int words = (int)syscall(SYS_memfd_create, "words", 0), kept = dup(STDERR_FILENO);

    dup2(words, STDERR_FILENO);
    int status = attempt_locked(use_huge_message);
    dup2(kept, STDERR_FILENO);
    CHECK_TRUE(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ));
    CHECK_TRUE(lseek(words, 0, SEEK_END) <= 1 << 16);
    close(words);
    close(kept);
}

int main(void)
{
    if (sandbox_default() == SANDBOX_SANITIZED) {
        SKIP(sandbox, "sanitizers need calls that the sandbox forbids");
        return test_end();
    }
    if (pipe(pipe_ends) != 0)
        return 1;
    for (size_t i = 0; i < COUNT_OF(attacks); i++) {
        test_ok = true;
        test_attack();
        test_count++;
        test_failures += !test_ok;
        printf("%sok %d - %s kills\n", test_ok ? "" : "not ", test_count, attacks[i].name);
        fflush(stdout);
    }
#ifdef __x86_64__
    RUN(int80);
    RUN(x32);
#endif
    RUN(descriptors);
    RUN(memory);
    RUN(clock);
    RUN(random);
    RUN(sort);
    RUN(two_gib_are_refused);
    RUN(memory_over_the_limit_is_said_by_the_status);
    RUN(abort_is_seen);
    RUN(last_words_are_short);
    return test_end();
}
