/* Makes the n-th write, rename, link or sync below one folder fail, as a full or broken disk does.
 *
 * Loaded before libc (LD_PRELOAD), so that it also stands between Rust's Delta Lake and the disk. Armed from Python by
 * fault_arm; with at = 0 it only counts. Linux with glibc.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static atomic_long seen, at;
static atomic_int wrong, forever;

void fault_arm(const char *root, long n, int error, int stays) {
    atomic_store(&at, 0);
    strncpy(folder, root, sizeof folder - 1);
    atomic_store(&seen, 0);
    atomic_store(&wrong, error);
    atomic_store(&forever, stays);
    atomic_store(&at, n);
}

long fault_seen(void) { return atomic_load(&seen); }

static int below(const char *path) { return folder[0] && path && !strncmp(path, folder, strlen(folder)); }

static int below_fd(int fd) {
    char link[64], path[PATH_MAX];
    if (!folder[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return below(path);
}

static int fails(void) {
    long n = atomic_fetch_add(&seen, 1) + 1, when = atomic_load(&at);
    if (when && (n == when || (n > when && atomic_load(&forever)))) {
        errno = atomic_load(&wrong);
        return 1;
    }
    return 0;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *b, size_t n) { REAL(write); return below_fd(fd) && fails() ? -1 : real(fd, b, n); }
ssize_t writev(int fd, const struct iovec *v, int n) { REAL(writev); return below_fd(fd) && fails() ? -1 : real(fd, v, n); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { REAL(pwrite); return below_fd(fd) && fails() ? -1 : real(fd, b, n, o); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { REAL(pwrite64); return below_fd(fd) && fails() ? -1 : real(fd, b, n, o); }
int fsync(int fd) { REAL(fsync); return below_fd(fd) && fails() ? -1 : real(fd); }
int fdatasync(int fd) { REAL(fdatasync); return below_fd(fd) && fails() ? -1 : real(fd); }
int rename(const char *a, const char *b) { REAL(rename); return below(b) && fails() ? -1 : real(a, b); }
int renameat(int d, const char *a, int e, const char *b) { REAL(renameat); return below(b) && fails() ? -1 : real(d, a, e, b); }
int renameat2(int d, const char *a, int e, const char *b, unsigned f) { REAL(renameat2); return below(b) && fails() ? -1 : real(d, a, e, b, f); }
int link(const char *a, const char *b) { REAL(link); return below(b) && fails() ? -1 : real(a, b); }
int linkat(int d, const char *a, int e, const char *b, int f) { REAL(linkat); return below(b) && fails() ? -1 : real(d, a, e, b, f); }
