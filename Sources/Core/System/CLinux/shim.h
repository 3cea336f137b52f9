#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Declared only under _GNU_SOURCE, which changes the import of sockaddr arguments. */
int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);

/* Variadic functions are not imported. */
static inline int clinux_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}

static inline int clinux_set_thread_name(const char *name) {
    return prctl(PR_SET_NAME, (unsigned long)(uintptr_t)name, 0UL, 0UL, 0UL);
}

static inline int clinux_get_thread_name(char *name) {
    return prctl(PR_GET_NAME, (unsigned long)(uintptr_t)name, 0UL, 0UL, 0UL);
}

static inline int clinux_get_status_flags(int fd) {
    return fcntl(fd, F_GETFL);
}

static inline int clinux_set_status_flags(int fd, int flags) {
    return fcntl(fd, F_SETFL, flags);
}

/* The processors this thread may run on, or 0; cpu_set_t itself needs _GNU_SOURCE. */
static inline int clinux_usable_processors(void) {
    unsigned long mask[128] = {0};
    long written = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    int count = 0;
    if (written <= 0) return 0;
    for (unsigned long index = 0; index < (unsigned long)written / sizeof(unsigned long); index++)
        count += __builtin_popcountl(mask[index]);
    return count;
}

/* Begins to write a whole file out; the function itself needs _GNU_SOURCE. 2 is SYNC_FILE_RANGE_WRITE. */
static inline int clinux_start_writing(int fd) {
    return (int)syscall(SYS_sync_file_range, fd, 0L, 0L, 2U);
}

/* Gives a file's blocks in a range back to the file system and leaves its length; the function itself needs _GNU_SOURCE.
   3 is FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE. */
static inline int clinux_punch_hole(int fd, long offset, long length) {
    return (int)syscall(SYS_fallocate, fd, 3, offset, length);
}

/* Swift sees a global variable as shared mutable state. */
static inline char *const *clinux_environment(void) {
    extern char **environ;
    return environ;
}

#endif
