/* A network of tasks, laid out as tongzhou.engine.network.native fills it.
 *
 * What is computed of a task stands in one record, and the records in the order of computation ("places"), so that a
 * pass reads memory from one end to the other and a look at another task costs one line of cache. */
#ifndef TZ_NETWORK_H
#define TZ_NETWORK_H

#include "clock.h"

enum { TZ_FS = 0, TZ_SS = 1, TZ_FF = 2, TZ_SF = 3 };
enum { TZ_OPEN = 0, TZ_STARTED = 1, TZ_DONE = 2 };
enum { TZ_BY_START = -1, TZ_BY_STATUS = -2, TZ_BY_BOUND = -3, TZ_BY_ACTUAL = -4 };
enum { TZ_OK = 0, TZ_BAD_END = 1, TZ_SELF_LINK = 2, TZ_NEGATIVE = 3, TZ_CYCLE = 4, TZ_OUTSIDE = 5 };

/* A record. The last four are there only when clocks are: work done by the early and by the late finish, clock * 4 + state. */
enum { TZ_ES, TZ_EF, TZ_LS, TZ_LF, TZ_TF, TZ_FF_, TZ_DRIVER, TZ_WORK, TZ_PLAIN, TZ_WF = TZ_PLAIN, TZ_WL, TZ_KIND, TZ_SPARE, TZ_FULL };

typedef struct {
    int64_t tasks, links;
    const int32_t *from, *to;
    const int32_t *link;     /* lag * 4 + kind of each link; NULL: all finish to start, no lag */
    const int32_t *work;     /* units of work still to do */
    const tz_clock *clock;   /* NULL: every moment is working time, and links are plain */
    const int32_t *clock_of; /* NULL: all tasks by clock 0 */
    const int8_t *state;     /* NULL: all open */
    const int32_t *actual_start, *actual_finish;
    const int32_t *bound;    /* NULL, or four a task: start min, start max, finish min, finish max; TZ_NONE for none */
    int64_t start, status, target; /* status and target may be TZ_NONE */
    /* made by tz_network_order: tasks by place, places by task, links by the place of their first task */
    int32_t *order, *place, *head, *next, *next_link;
    int32_t *chain;          /* scratch of tz_network_order: one a link */
    int32_t *record;
    /* kept for changes, made by tz_network_warm: links by the place of their second task */
    int32_t *before_head, *before, *before_link, *moved, *refloated;
    uint64_t *flags;         /* one bit a place, and above them one bit a word */
    /* told */
    int64_t finish, bad, moved_count, refloated_count;
} tz_network;

#define INLINE static inline __attribute__((always_inline))
/* No moment lies further away, so that the difference of two fits 32 bits. */
#define FAR (INT64_C(1) << 30)

INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
INLINE int32_t *record_of(const tz_network *g, int64_t p, const int plain) {
    return g->record + p * (plain ? TZ_PLAIN : TZ_FULL);
}

#endif
