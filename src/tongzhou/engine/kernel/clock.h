/* A working clock: moments (t) on one side, work done since the beginning of the horizon (w) on the other.
 *
 * Stretches of working time are kept with their beginnings and the work before each. Two tables of buckets say in which
 * stretch a moment or an amount of work lies, so that both directions cost the same for any length of plan.
 * The layout is that of tongzhou.engine.network.clocks.Clock. */
#ifndef TZ_CLOCK_H
#define TZ_CLOCK_H

#include "tz.h"

typedef struct {
    int64_t count;            /* of stretches */
    int64_t low, high;        /* moments the horizon holds, both included */
    int64_t t_shift, w_shift; /* 2^shift moments, units of work in one bucket */
    const int32_t *begin;     /* count + 1: of each stretch; the last one is the end of the last stretch */
    const int32_t *before;    /* count + 1: work before each stretch; the last one is all work there is */
    const int32_t *t_bucket;  /* the last stretch that begins at or before the beginning of the bucket */
    const int32_t *w_bucket;  /* the last stretch with `before` not above the beginning of the bucket */
} tz_clock;

/* Set by a question that lies outside the horizon; the answer is then of no use. */
typedef struct {
    int outside;
} tz_fault;

/* Work done until moment t. */
static inline int64_t tz_worked(const tz_clock *c, int64_t t, tz_fault *f) {
    if (t < c->low || t > c->high) {
        f->outside = 1;
        return 0;
    }
    if (t <= c->begin[0]) return 0;
    int64_t k = c->t_bucket[(t - c->begin[0]) >> c->t_shift];
    while (k + 1 < c->count && c->begin[k + 1] <= t) k++;
    int64_t into = t - c->begin[k], length = (int64_t)c->before[k + 1] - c->before[k];
    return c->before[k] + (into < length ? into : length);
}

static inline int64_t tz_stretch_of_work(const tz_clock *c, int64_t w) {
    int64_t k = c->w_bucket[w >> c->w_shift];
    while (k + 1 < c->count && c->before[k + 1] <= w) k++;
    return k;
}

/* The first moment by which w has been worked. */
static inline int64_t tz_earliest(const tz_clock *c, int64_t w, tz_fault *f) {
    if (w < 0 || w > c->before[c->count]) {
        f->outside = 1;
        return 0;
    }
    int64_t k = tz_stretch_of_work(c, w);
    if (k > 0 && w == c->before[k]) k--;
    return c->begin[k] + (w - c->before[k]);
}

/* The last moment before more than w is worked: where the next unit of work begins. */
static inline int64_t tz_latest(const tz_clock *c, int64_t w, tz_fault *f) {
    if (w < 0 || w >= c->before[c->count]) {
        f->outside = 1;
        return 0;
    }
    int64_t k = tz_stretch_of_work(c, w);
    return c->begin[k] + (w - c->before[k]);
}

#endif
