/* Critical path over a network of tasks: early dates, late dates, floats, drivers; once, or change by change.
 *
 * Method: Kelley and Walker (1959), generalised precedence and calendars after Moder, Phillips, Davis (1983). What the rules mean stands in tongzhou/engine/network/__init__.py; the same passes in Python
 * are tongzhou/engine/network/twin.py. Change both together. */
#include "network.h"

/* ---- early dates ---------------------------------------------------------------------------------------------- */

INLINE int state_of(const int32_t *r) { return r[TZ_KIND] & 3; }
INLINE const tz_clock *clock_of(const tz_network *g, const int32_t *r) { return g->clock + (r[TZ_KIND] >> 2); }
/* Whether two tasks with work go by one clock, so that what has been counted on it need not be counted again. */
INLINE int same_clock(const int32_t *a, const int32_t *b) { return a[TZ_KIND] >> 2 == b[TZ_KIND] >> 2 && a[TZ_WORK] && b[TZ_WORK]; }

/* What a link asks of its second task: the work done before it may start, or the moment of a milestone. */
INLINE int64_t asked(const tz_network *g, const int32_t *u, const int32_t *v, int32_t link, tz_fault *f) {
    const int kind = link & 3, of_start = kind == TZ_SS || kind == TZ_SF, to_finish = kind == TZ_FF || kind == TZ_SF;
    const int state = state_of(v), first = state_of(u);
    const int64_t lag = link >> 2, event = of_start ? u[TZ_ES] : u[TZ_EF];
    if (state == TZ_DONE || (state == TZ_STARTED && kind == TZ_SS)) return INT64_MIN;
    const tz_clock *c = clock_of(g, v);
    if (v[TZ_WORK] == 0) {
        if (lag == 0) return event;
        const int64_t w = tz_worked(c, event, f) + lag;
        return w < 0 ? INT64_MIN : tz_earliest(c, w, f);
    }
    int64_t w;
    if (same_clock(u, v) && (first == TZ_OPEN || (first == TZ_STARTED && !of_start)))
        w = u[TZ_WF] - (of_start ? u[TZ_WORK] : 0);
    else
        w = tz_worked(c, event, f);
    w += lag - (to_finish ? v[TZ_WORK] : 0);
    return w < 0 ? INT64_MIN : w;
}

/* Dates of a task from what its links ask (INT64_MIN for nothing). */
INLINE void settle(tz_network *g, int64_t p, int32_t *r, int64_t by_links, int32_t link_driver, tz_fault *f) {
    const int state = state_of(r);
    const int64_t v = g->order[p];
    if (state == TZ_DONE) {
        r[TZ_ES] = g->actual_start[v];
        r[TZ_EF] = g->actual_finish[v];
        r[TZ_DRIVER] = TZ_BY_ACTUAL;
        return;
    }
    const tz_clock *c = clock_of(g, r);
    int32_t driver = state == TZ_STARTED ? TZ_BY_ACTUAL : TZ_BY_START;
    int64_t base = state == TZ_STARTED ? g->actual_start[v] : g->start;
    if (g->status != TZ_NONE && g->status > base) {
        base = g->status;
        driver = TZ_BY_STATUS;
    }
    const int64_t work = r[TZ_WORK];
    int64_t at = work ? tz_worked(c, base, f) : base;
    if (g->bound) {
        const int32_t *b = g->bound + 4 * v;
        if (b[0] != TZ_NONE && state == TZ_OPEN) {
            const int64_t x = work ? tz_worked(c, b[0], f) : b[0];
            if (x > at) at = x, driver = TZ_BY_BOUND;
        }
        if (b[2] != TZ_NONE) {
            const int64_t x = work ? tz_worked(c, b[2], f) - work : b[2];
            if (x > at) at = x, driver = TZ_BY_BOUND;
        }
    }
    if (by_links >= at) at = by_links, driver = link_driver;
    r[TZ_DRIVER] = driver;
    r[TZ_WF] = (int32_t)(at + work);
    r[TZ_EF] = (int32_t)(work ? tz_earliest(c, at + work, f) : at);
    r[TZ_ES] = state == TZ_STARTED ? g->actual_start[v] : (int32_t)(work ? tz_latest(c, at, f) : at);
}

INLINE void load(tz_network *g, int64_t p, int32_t *r, const int plain) {
    const int64_t v = g->order[p];
    r[TZ_WORK] = g->work[v];
    if (!plain) r[TZ_KIND] = (g->clock_of ? g->clock_of[v] * 4 : 0) + (g->state ? g->state[v] : TZ_OPEN);
}

INLINE int early_pass(tz_network *g, const int plain) {
    const int64_t n = g->tasks;
    /* What the links ask of a task so far is kept where its early start will stand. */
    for (int64_t p = 0; p < n; p++) {
        int32_t *r = record_of(g, p, plain);
        load(g, p, r, plain);
        r[TZ_ES] = plain ? (int32_t)g->start : INT32_MIN;
        r[TZ_DRIVER] = TZ_BY_START;
    }
    int64_t finish = n ? INT64_MIN : g->start;
    for (int64_t p = 0; p < n; p++) {
        int32_t *r = record_of(g, p, plain);
        const int32_t task = g->order[p];
        if (plain) {
            const int64_t until = (int64_t)r[TZ_ES] + r[TZ_WORK];
            if (until > FAR) {
                g->bad = task;
                return TZ_OUTSIDE;
            }
            const int32_t done = r[TZ_EF] = (int32_t)until;
            finish = most(finish, done);
            for (int32_t k = g->head[p]; k < g->head[p + 1]; k++) {
                int32_t *s = record_of(g, g->next[k], plain);
                const int32_t best = s[TZ_ES], by = s[TZ_DRIVER];
                const int wins = (done > best) | ((done == best) & ((by < 0) | (task < by)));
                s[TZ_ES] = wins ? done : best;
                s[TZ_DRIVER] = wins ? task : by;
            }
            continue;
        }
        tz_fault f = {0};
        settle(g, p, r, r[TZ_ES] == INT32_MIN ? INT64_MIN : r[TZ_ES], r[TZ_DRIVER], &f);
        finish = most(finish, r[TZ_EF]);
        for (int32_t k = g->head[p]; k < g->head[p + 1]; k++) {
            int32_t *s = record_of(g, g->next[k], plain);
            const int64_t x = asked(g, r, s, g->next_link[k], &f);
            if (x > s[TZ_ES] || (x == s[TZ_ES] && task < s[TZ_DRIVER])) {
                s[TZ_ES] = (int32_t)x;
                s[TZ_DRIVER] = task;
            }
        }
        if (f.outside) {
            g->bad = task;
            return TZ_OUTSIDE;
        }
    }
    g->finish = finish;
    return TZ_OK;
}

/* ---- late dates and floats ------------------------------------------------------------------------------------ */

/* The last moment at which the event of a link may happen when its second task has `finish` as its finish. */
INLINE int64_t room(const tz_network *g, const int32_t *v, int32_t link, int64_t finish, tz_fault *f) {
    const int64_t lag = link >> 2;
    const int kind = link & 3;
    if (v[TZ_WORK] == 0 && lag == 0) return finish;
    const tz_clock *c = clock_of(g, v);
    return tz_latest(c, tz_worked(c, finish, f) - (kind == TZ_FS || kind == TZ_SS ? v[TZ_WORK] : 0) - lag, f);
}

INLINE int settle_late_plain(tz_network *g, int64_t p, int32_t *r, int64_t limit) {
    int64_t late = limit, free = g->finish;
    for (int32_t k = g->head[p]; k < g->head[p + 1]; k++) {
        const int32_t *v = record_of(g, g->next[k], 1);
        late = least(late, v[TZ_LS]);
        free = least(free, v[TZ_ES]);
    }
    if (late - r[TZ_WORK] < -FAR) return TZ_OUTSIDE;
    r[TZ_LF] = (int32_t)late;
    r[TZ_LS] = (int32_t)(late - r[TZ_WORK]);
    r[TZ_TF] = (int32_t)(late - r[TZ_EF]);
    r[TZ_FF_] = (int32_t)(free - r[TZ_EF]);
    return TZ_OK;
}

/* Late dates and floats of a task from those of its successors. */
INLINE int settle_late(tz_network *g, int64_t p, int32_t *r, const int plain) {
    const int64_t limit = g->target != TZ_NONE ? g->target : g->finish;
    if (plain) return settle_late_plain(g, p, r, limit);
    const int state = state_of(r);
    if (state == TZ_DONE) {
        r[TZ_LS] = r[TZ_ES];
        r[TZ_LF] = r[TZ_EF];
        r[TZ_TF] = r[TZ_FF_] = 0;
        return TZ_OK;
    }
    tz_fault f = {0};
    const tz_clock *c = clock_of(g, r);
    const int64_t work = r[TZ_WORK];
    /* Work done at the latest finish, or the moment of a milestone. */
    int64_t late = work ? tz_worked(c, limit, &f) : limit, free = work ? tz_worked(c, g->finish, &f) : g->finish;
    if (g->bound) {
        const int32_t *b = g->bound + 4 * (int64_t)g->order[p];
        if (b[1] != TZ_NONE && state == TZ_OPEN) late = least(late, work ? tz_worked(c, b[1], &f) + work : b[1]);
        if (b[3] != TZ_NONE) late = least(late, work ? tz_worked(c, b[3], &f) : b[3]);
    }
    for (int32_t k = g->head[p]; k < g->head[p + 1]; k++) {
        const int32_t *v = record_of(g, g->next[k], 0), link = g->next_link[k];
        const int kind = link & 3, of_start = kind == TZ_SS || kind == TZ_SF, other = state_of(v);
        if (other == TZ_DONE || (of_start && state == TZ_STARTED) || (kind == TZ_SS && other == TZ_STARTED)) continue;
        int64_t a, b;
        if (same_clock(r, v)) {
            const int64_t less = (link >> 2) + (kind == TZ_FS || kind == TZ_SS ? v[TZ_WORK] : 0) - (of_start ? work : 0);
            late = least(late, v[TZ_WL] - less);
            free = least(free, v[TZ_WF] - less);
            continue;
        }
        if ((link >> 2) == 0 && other == TZ_OPEN && (kind == TZ_FS || kind == TZ_SS)) {
            a = v[TZ_LS];
            b = v[TZ_ES];
        } else {
            a = room(g, v, link, v[TZ_LF], &f);
            b = room(g, v, link, v[TZ_EF], &f);
        }
        if (work && of_start) {
            a = tz_worked(c, a + 1, &f) - 1 + work;
            b = tz_worked(c, b + 1, &f) - 1 + work;
        } else if (work) {
            a = tz_worked(c, a, &f);
            b = tz_worked(c, b, &f);
        }
        late = least(late, a);
        free = least(free, b);
    }
    if (work) {
        r[TZ_WL] = (int32_t)late;
        r[TZ_LF] = (int32_t)tz_earliest(c, late, &f);
        r[TZ_LS] = state == TZ_OPEN ? (int32_t)tz_latest(c, late - work, &f) : r[TZ_ES];
        r[TZ_TF] = (int32_t)(late - r[TZ_WF]);
        r[TZ_FF_] = (int32_t)(free - r[TZ_WF]);
    } else {
        const int64_t done = tz_worked(c, r[TZ_EF], &f);
        r[TZ_LF] = (int32_t)late;
        r[TZ_LS] = state == TZ_OPEN ? (int32_t)late : r[TZ_ES];
        r[TZ_TF] = (int32_t)(tz_worked(c, late, &f) - done);
        r[TZ_FF_] = (int32_t)(tz_worked(c, free, &f) - done);
    }
    return f.outside ? TZ_OUTSIDE : TZ_OK;
}

INLINE int late_pass(tz_network *g, const int plain) {
    for (int64_t p = g->tasks - 1; p >= 0; p--) {
        const int told = settle_late(g, p, record_of(g, p, plain), plain);
        if (told) {
            g->bad = g->order[p];
            return told;
        }
    }
    return TZ_OK;
}

/* All dates, in the order already made. */
TZ_API int tz_network_pass(tz_network *g) {
    const int told = g->clock ? early_pass(g, 0) : early_pass(g, 1);
    if (told) return told;
    return g->clock ? late_pass(g, 0) : late_pass(g, 1);
}

/* The dates task by task: seven rows of `stride` numbers. */
TZ_API void tz_network_dates(const tz_network *g, int32_t *out, int64_t stride) {
    const int64_t width = g->clock ? TZ_FULL : TZ_PLAIN;
    for (int64_t v = 0; v < g->tasks; v++) {
        const int32_t *r = g->record + g->place[v] * width;
        for (int row = 0; row < 7; row++) out[row * stride + v] = r[row];
    }
}

/* ---- one change ------------------------------------------------------------------------------------------------ */

/* What changes need besides: the links by their second task. */
TZ_API void tz_network_warm(tz_network *g) {
    const int64_t n = g->tasks;
    int32_t *head = g->before_head;
    for (int64_t v = 0; v <= n; v++) head[v] = 0;
    for (int64_t k = 0; k < g->links; k++) head[g->next[k] + 1]++;
    for (int64_t v = 0; v < n; v++) head[v + 1] += head[v];
    for (int64_t u = 0; u < n; u++)
        for (int32_t k = g->head[u]; k < g->head[u + 1]; k++) {
            const int32_t at = head[g->next[k]]++;
            g->before[at] = (int32_t)u;
            if (g->next_link) g->before_link[at] = g->next_link[k];
        }
    for (int64_t v = n; v > 0; v--) head[v] = head[v - 1];
    head[0] = 0;
    const int64_t words = (n + 63) / 64, upper = (words + 63) / 64;
    for (int64_t i = 0; i < words + upper; i++) g->flags[i] = 0;
}

INLINE void mark(tz_network *g, int64_t words, int32_t p) {
    g->flags[p >> 6] |= UINT64_C(1) << (p & 63);
    g->flags[words + (p >> 12)] |= UINT64_C(1) << ((p >> 6) & 63);
}

INLINE void mark_before(tz_network *g, int64_t words, int64_t p) {
    for (int32_t k = g->before_head[p]; k < g->before_head[p + 1]; k++) mark(g, words, g->before[k]);
}

/* Takes the first marked place away, or the last; -1 when there is none. `at` is the upper word to look in first. */
INLINE int64_t take(tz_network *g, int64_t words, int64_t upper, int64_t *at, const int last) {
    uint64_t *high = g->flags + words;
    while (!high[*at]) {
        if (last ? *at == 0 : *at == upper - 1) return -1;
        *at += last ? -1 : 1;
    }
    const int bit = last ? 63 - __builtin_clzll(high[*at]) : __builtin_ctzll(high[*at]);
    const int64_t word = *at * 64 + bit;
    const int low = last ? 63 - __builtin_clzll(g->flags[word]) : __builtin_ctzll(g->flags[word]);
    g->flags[word] &= ~(UINT64_C(1) << low);
    if (!g->flags[word]) high[*at] &= ~(UINT64_C(1) << bit);
    return word * 64 + low;
}

/* Early dates of one task from all its predecessors. */
INLINE int settle_early(tz_network *g, int64_t p, int32_t *r, const int plain) {
    int64_t best = plain ? g->start : INT64_MIN;
    int32_t by = TZ_BY_START;
    tz_fault f = {0};
    for (int32_t k = g->before_head[p]; k < g->before_head[p + 1]; k++) {
        const int32_t *u = record_of(g, g->before[k], plain), task = g->order[g->before[k]];
        const int64_t x = plain ? u[TZ_EF] : asked(g, u, r, g->before_link[k], &f);
        if (x > best || (x == best && x != INT64_MIN && (by < 0 || task < by))) best = x, by = task;
    }
    if (!plain) {
        settle(g, p, r, best, by, &f);
        return f.outside ? TZ_OUTSIDE : TZ_OK;
    }
    if (best + r[TZ_WORK] > FAR) return TZ_OUTSIDE;
    r[TZ_ES] = (int32_t)best;
    r[TZ_EF] = (int32_t)(best + r[TZ_WORK]);
    r[TZ_DRIVER] = by;
    return TZ_OK;
}

INLINE int change(tz_network *g, const int32_t *changed, int64_t count, const int plain) {
    const int64_t n = g->tasks, words = (n + 63) / 64, upper = (words + 63) / 64, finish = g->finish;
    int64_t highest = INT64_MIN, at = 0, p;
    int sank = 0;
    g->moved_count = g->refloated_count = 0;
    for (int64_t i = 0; i < count; i++) {
        p = g->place[changed[i]];
        load(g, p, record_of(g, p, plain), plain);
        mark(g, words, (int32_t)p);
    }
    /* Once much has moved the rest is cheaper visited in order than found mark by mark. */
    int64_t sweep = -1;
    while ((p = sweep < 0 ? take(g, words, upper, &at, 0) : sweep < n ? sweep++ : -1) >= 0) {
        int32_t *r = record_of(g, p, plain);
        const int32_t started = r[TZ_ES], finished = r[TZ_EF];
        const int told = settle_early(g, p, r, plain);
        if (told) {
            g->bad = g->order[p];
            return told;
        }
        if (r[TZ_ES] == started && r[TZ_EF] == finished) continue;
        g->moved[g->moved_count++] = (int32_t)p;
        sank |= finished == finish;
        highest = most(highest, r[TZ_EF]);
        if (sweep >= 0) continue;
        if (g->moved_count * 32 > n && n > 4096) {
            sweep = p + 1;
            for (int64_t i = 0; i < words + upper; i++) g->flags[i] = 0;
            continue;
        }
        for (int32_t k = g->head[p]; k < g->head[p + 1]; k++) mark(g, words, g->next[k]);
    }
    if (highest >= finish) {
        g->finish = highest;
    } else if (sank) {
        int64_t last = INT64_MIN;
        for (int64_t v = 0; v < n; v++) last = most(last, record_of(g, v, plain)[TZ_EF]);
        g->finish = last;
    }
    /* The finish is the floor under every free float, and without a target under every late date. */
    const int everything = g->finish != finish;
    at = upper - 1;
    for (int64_t i = 0; i < g->moved_count + count && !everything; i++) {
        p = i < count ? g->place[changed[i]] : g->moved[i - count];
        mark(g, words, (int32_t)p);
        mark_before(g, words, p);
    }
    int64_t next = n - 1;
    while ((p = everything ? next-- : take(g, words, upper, &at, 1)) >= 0) {
        int32_t *r = record_of(g, p, plain);
        const int32_t start = r[TZ_LS], end = r[TZ_LF], total = r[TZ_TF], free = r[TZ_FF_];
        const int told = settle_late(g, p, r, plain);
        if (told) {
            g->bad = g->order[p];
            return told;
        }
        const int late = r[TZ_LS] != start || r[TZ_LF] != end;
        if (late || r[TZ_TF] != total || r[TZ_FF_] != free) g->refloated[g->refloated_count++] = (int32_t)p;
        if (late && !everything) mark_before(g, words, p);
    }
    /* Told as tasks. */
    for (int64_t i = 0; i < g->moved_count; i++) g->moved[i] = g->order[g->moved[i]];
    for (int64_t i = 0; i < g->refloated_count; i++) g->refloated[i] = g->order[g->refloated[i]];
    return TZ_OK;
}

/* Dates after the work, bounds or progress of some tasks have changed: visits what moves, and what hangs on it. After an
 * error the dates are of no use until the next full pass, and the marks until the next tz_network_warm. */
TZ_API int tz_network_change(tz_network *g, const int32_t *changed, int64_t count) {
    if (!count || !g->tasks) {
        g->moved_count = g->refloated_count = 0;
        return TZ_OK;
    }
    return g->clock ? change(g, changed, count, 0) : change(g, changed, count, 1);
}
