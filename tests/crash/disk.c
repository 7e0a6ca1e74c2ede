/* Stands between a program and the disk: makes writes and syncs of the record fail, from the nth to
 * the mth. SCANTILL_TEST_DISK names a file of five numbers that a test writes while the program
 * runs: the first failing call, the last one, the error, (written here) the calls so far, and
 * whether only syncs fail. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

struct control {
    volatile int first, last, error, calls, only_syncs;
};

static struct control *control(void) {
    static struct control *found;
    const char *path = getenv("SCANTILL_TEST_DISK");
    if (!found && path) {
        int fd = open(path, O_RDWR | O_CLOEXEC);
        void *place = fd < 0 ? MAP_FAILED
            : mmap(0, sizeof *found, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (fd >= 0) close(fd);
        if (place != MAP_FAILED) found = place;
    }
    return found;
}

/* Whether this call on this file is to fail. */
static int fails(int fd, int is_sync) {
    char link[64], path[4096];
    struct control *told = control();
    if (!told) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    if (!strstr(path, "/scantill.db")) return 0;
    int call = __sync_add_and_fetch(&told->calls, 1);
    if (call < told->first || call > told->last) return 0;
    if (told->only_syncs && !is_sync) return 0;
    errno = told->error;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *from, size_t count) {
    return fails(fd, 0) ? -1 : REAL(write)(fd, from, count);
}
ssize_t pwrite(int fd, const void *from, size_t count, off_t at) {
    return fails(fd, 0) ? -1 : REAL(pwrite)(fd, from, count, at);
}
ssize_t pwrite64(int fd, const void *from, size_t count, off64_t at) {
    return fails(fd, 0) ? -1 : REAL(pwrite64)(fd, from, count, at);
}
int fsync(int fd) { return fails(fd, 1) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails(fd, 1) ? -1 : REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t length) { return fails(fd, 0) ? -1 : REAL(ftruncate)(fd, length); }
int ftruncate64(int fd, off64_t length) { return fails(fd, 0) ? -1 : REAL(ftruncate64)(fd, length); }
