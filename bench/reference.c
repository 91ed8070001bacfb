/* The limit: frames between two TAPs by a plain loop in C, without model, record or learning.

       reference FD0 FD1 DELAY_NS

   Each frame that one descriptor gives is written to the other, at once or DELAY_NS after it was read.
   It waits in epoll and keeps no processor busy: what a loop of this shape costs, and how late its timer is,
   is the machine's. Ends with its standard input.
*/
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { SNAP = 2048, BATCH = 64, SLOTS = 1 << 15 };

struct waiting {
    uint64_t due;
    int size;
    char data[SNAP];
};

static struct waiting *queue[2];
static unsigned head[2], tail[2]; /* count on; their place in the ring is the remainder */
static int port[2];

static uint64_t now(void) {
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (uint64_t)moment.tv_sec * 1000000000u + (uint64_t)moment.tv_nsec;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void send_frame(int side, const char *data, int size) {
    if (write(port[!side], data, (size_t)size) < 0 && errno != EIO && errno != ENOBUFS && errno != EAGAIN)
        die("write");
}

static void take(int side, uint64_t delay) {
    static char frame[SNAP];
    for (int count = 0; count < BATCH; count++) {
        struct waiting *slot = &queue[side][tail[side] % SLOTS];
        char *data = delay ? slot->data : frame;
        if (delay && tail[side] - head[side] == SLOTS) return; /* full: the kernel's queue holds the rest */
        ssize_t size = read(port[side], data, SNAP);
        if (size < 0) {
            if (errno == EAGAIN) return;
            die("read");
        }
        if (!delay) {
            send_frame(side, data, (int)size);
            continue;
        }
        slot->size = (int)size;
        slot->due = now() + delay;
        tail[side]++;
    }
}

static void release(int timer) {
    uint64_t next = 0, moment = now();
    for (int side = 0; side < 2; side++) {
        for (; head[side] != tail[side]; head[side]++) {
            struct waiting *slot = &queue[side][head[side] % SLOTS];
            if (slot->due > moment) {
                if (!next || slot->due < next) next = slot->due;
                break;
            }
            send_frame(side, slot->data, slot->size);
        }
    }
    struct itimerspec setting = {.it_value = {(time_t)(next / 1000000000u), (long)(next % 1000000000u)}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &setting, NULL);
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    uint64_t delay = strtoull(argv[3], NULL, 10);
    int poller = epoll_create1(EPOLL_CLOEXEC), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    if (poller < 0 || timer < 0) die("epoll_create1");
    prctl(PR_SET_TIMERSLACK, 1);
    int watched[4] = {port[0] = atoi(argv[1]), port[1] = atoi(argv[2]), timer, STDIN_FILENO};
    for (int which = 0; which < 4; which++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)which};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, watched[which], &event)) die("epoll_ctl");
    }
    for (int side = 0; delay && side < 2; side++)
        if (!(queue[side] = calloc(SLOTS, sizeof *queue[side]))) die("calloc");
    for (;;) {
        struct epoll_event ready[4];
        int count = epoll_wait(poller, ready, 4, -1);
        if (count < 0 && errno != EINTR) die("epoll_wait");
        for (int each = 0; each < count; each++) {
            unsigned which = ready[each].data.u32;
            uint64_t expirations;
            if (which == 3) return 0;
            if (which == 2)
                (void)!read(timer, &expirations, sizeof expirations);
            else
                take((int)which, delay);
        }
        if (delay) release(timer);
    }
}
