// Faults for tests of stores: preloaded into a child, it counts the calls that change something, from the moment on that the child
// opens "/tasklens/arm", and does at one of them what FAULT says:
//
//   kill:N        ends the process before its N-th call
//   half:N        the same, after half of the bytes if that call writes
//   fail:N:E      the N-th call fails with errno E
//   from:N:E      so does every later one
//   nolock:E      flock fails with errno E, and nothing else
//
// "/tasklens/count" writes the number of calls to the file FAULT_COUNT.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int armed;
static long count;

static void die(void) {
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;) pause();
}

// What a call is to do: 0 as ever, 1 fail with errno set, 2 write a half and die.
static int fault(void) {
    static char word[16];
    static long at, error;
    if (!armed) return 0;
    if (!word[0]) {
        const char *said = getenv("FAULT");
        if (!said || sscanf(said, "%15[a-z]:%ld:%ld", word, &at, &error) < 2) strcpy(word, "none");
    }
    long n = __sync_add_and_fetch(&count, 1);
    if (!strcmp(word, "kill") && n == at) die();
    if (!strcmp(word, "half") && n == at) return 2;
    if ((!strcmp(word, "fail") && n == at) || (!strcmp(word, "from") && n >= at)) {
        errno = (int)error;
        return 1;
    }
    return 0;
}

static int is_sign(const char *path) {
    if (!path || strncmp(path, "/tasklens/", 10)) return 0;
    if (!strcmp(path, "/tasklens/arm")) armed = 1;
    if (!strcmp(path, "/tasklens/disarm")) armed = 0;
    if (!strcmp(path, "/tasklens/count")) {
        char text[32];
        int length = snprintf(text, sizeof text, "%ld", count);
        armed = 0;
        int file = (int)syscall(SYS_openat, AT_FDCWD, getenv("FAULT_COUNT"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (file >= 0) {
            syscall(SYS_write, file, text, length);
            syscall(SYS_close, file);
        }
    }
    errno = ENOENT;
    return 1;
}

#define FIND(name) if (!real) real = dlsym(RTLD_NEXT, name)

#define OPEN(name)                                                     \
    int name(const char *path, int flags, ...) {                       \
        static int (*real)(const char *, int, ...);                    \
        va_list rest;                                                  \
        va_start(rest, flags);                                         \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                  \
        if (is_sign(path)) return -1;                                  \
        FIND(#name);                                                   \
        switch ((flags & (O_CREAT | O_TRUNC)) ? fault() : 0) {         \
        case 1: return -1;                                             \
        case 2: die();                                                 \
        }                                                              \
        return real(path, flags, mode);                                \
    }
OPEN(open)
OPEN(open64)

#define WRITE(name, parameters, arguments, half)  \
    ssize_t name parameters {                     \
        static ssize_t(*real) parameters;         \
        FIND(#name);                              \
        switch (fd > 2 ? fault() : 0) {           \
        case 1: return -1;                        \
        case 2: if (real half >= 0) die(); die();  \
        }                                         \
        return real arguments;                    \
    }
WRITE(write, (int fd, const void *bytes, size_t size), (fd, bytes, size), (fd, bytes, size / 2))
WRITE(pwrite, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at), (fd, bytes, size / 2, at))
WRITE(pwrite64, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at), (fd, bytes, size / 2, at))
WRITE(writev, (int fd, const struct iovec *parts, int parts_count), (fd, parts, parts_count), (fd, parts, parts_count / 2))
WRITE(copy_file_range, (int fd, off64_t *a, int to, off64_t *b, size_t size, unsigned flags), (fd, a, to, b, size, flags), (fd, a, to, b, size / 2, flags))

// At a call that can't be done by half, "half" is "kill".
#define CALL(name, parameters, arguments)     \
    int name parameters {                     \
        static int (*real) parameters;        \
        FIND(#name);                          \
        switch (fault()) {                    \
        case 1: return -1;                    \
        case 2: die();                        \
        }                                     \
        return real arguments;                \
    }
CALL(rename, (const char *from, const char *to), (from, to))
CALL(symlink, (const char *to, const char *from), (to, from))
CALL(unlink, (const char *path), (path))
CALL(unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
CALL(mkdir, (const char *path, mode_t mode), (path, mode))
CALL(ftruncate, (int fd, off_t size), (fd, size))
CALL(ftruncate64, (int fd, off64_t size), (fd, size))
CALL(fsync, (int fd), (fd))
CALL(fdatasync, (int fd), (fd))
CALL(fallocate, (int fd, int mode, off_t at, off_t size), (fd, mode, at, size))
CALL(posix_fallocate, (int fd, off_t at, off_t size), (fd, at, size))

int flock(int fd, int how) {
    static int (*real)(int, int);
    FIND("flock");
    const char *said = getenv("FAULT");
    if (armed && said && !strncmp(said, "nolock:", 7)) {
        errno = atoi(said + 7);
        return -1;
    }
    // Locks change nothing on the disk, but a process may die between them.
    switch (fault()) {
    case 1: return -1;
    case 2: die();
    }
    return real(fd, how);
}

#define FCNTL(name)                                                       \
    int name(int fd, int what, ...) {                                     \
        static int (*real)(int, int, ...);                                \
        FIND(#name);                                                      \
        va_list rest;                                                     \
        va_start(rest, what);                                             \
        void *argument = va_arg(rest, void *);                            \
        va_end(rest);                                                     \
        if ((what == F_SETLK || what == F_SETLKW) && fault() == 2) die(); \
        return real(fd, what, argument);                                  \
    }
FCNTL(fcntl)
FCNTL(fcntl64)
