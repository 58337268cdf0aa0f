/* Many runs of a plan with durations drawn at random.
 *
 * Method: Monte-Carlo after Van Slyke (1963). Number run * tasks + task of the seed's stream decides a duration, by the inverse of
 * its distribution: triangular in closed form, PERT-beta (Malcolm, Roseboom, Clark, Fazar 1959) from tables of quantiles. The twin
 * is tongzhou/engine/risk/twin.py. */
#include "network.h"

int tz_network_pass(tz_network *g);

typedef struct {
    tz_network *plan;       /* in order already; its work is written run by run */
    int32_t *work;          /* the same memory */
    const double *low, *likely, *high;
    const double *quantiles; /* NULL: triangular; else rows of slices + 1 for modes of 0 to 1 in `modes` steps */
    int64_t modes, slices, runs;
    uint64_t seed;
    int32_t *finish;        /* a run */
    int64_t *critical;      /* a task: runs in which it had no float */
    double *sum, *square, *product; /* a task: over the runs, of its work w, w * w, w * finish */
} tz_simulation;

static inline double draw(const tz_simulation *s, int64_t v, double u) {
    const double low = s->low[v], likely = s->likely[v], high = s->high[v], range = high - low;
    if (!s->quantiles) {
        if (u * range < likely - low) return low + __builtin_sqrt(u * range * (likely - low));
        return high - __builtin_sqrt((1.0 - u) * range * (high - likely));
    }
    const double mode = (likely - low) / range * (double)s->modes, at = u * (double)s->slices;
    int64_t row = (int64_t)mode, slice = (int64_t)at;
    if (row >= s->modes) row = s->modes - 1;
    const double *q = s->quantiles + row * (s->slices + 1) + slice, *r = q + s->slices + 1;
    const double part = at - (double)slice, beside = mode - (double)row;
    const double one = q[0] + (q[1] - q[0]) * part, two = r[0] + (r[1] - r[0]) * part;
    return low + range * (one + (two - one) * beside);
}

/* Ends with what tz_network_pass says. */
TZ_API int tz_simulate(tz_simulation *s) {
    tz_network *g = s->plan;
    const int64_t n = g->tasks, width = g->clock ? TZ_FULL : TZ_PLAIN;
    for (int64_t v = 0; v < n; v++) {
        s->critical[v] = 0;
        s->sum[v] = s->square[v] = s->product[v] = 0.0;
    }
    for (int64_t run = 0; run < s->runs; run++) {
        for (int64_t v = 0; v < n; v++) {
            if (s->low[v] == s->high[v]) continue;
            const double u = (double)(tz_mix(s->seed, (uint64_t)(run * n + v)) >> 11) * 0x1p-53;
            s->work[v] = (int32_t)(draw(s, v, u) + 0.5);
        }
        const int told = tz_network_pass(g);
        if (told) return told;
        s->finish[run] = (int32_t)g->finish;
        const double finish = (double)g->finish;
        for (int64_t p = 0; p < n; p++) {
            const int32_t *r = g->record + p * width, v = g->order[p];
            const double work = (double)r[TZ_WORK];
            s->critical[v] += r[TZ_TF] <= 0 && (!g->state || g->state[v] != TZ_DONE);
            s->sum[v] += work;
            s->square[v] += work * work;
            s->product[v] += work * finish;
        }
    }
    return TZ_OK;
}
