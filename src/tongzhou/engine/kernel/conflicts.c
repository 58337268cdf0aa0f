/* Who or what is booked beyond what there is, and when.
 *
 * Method: bookings are sorted by resource (counting sort), then each resource is swept over time. Where its bookings lie
 * close together the sweep counts moment by moment (difference array), else over its sorted beginnings and ends (Bentley,
 * Ottmann 1979 in one dimension). The twin is tongzhou/engine/conflicts/twin.py. */
#include "tz.h"

enum { TZ_OK = 0, TZ_NO_RESOURCE = 1, TZ_EMPTY_TIME = 2, TZ_NEGATIVE_SHARE = 3 };

typedef struct {
    int32_t start, end, share, id;
} booking;

typedef struct {
    int64_t count, resources;
    const int32_t *resource, *start, *end, *share;
    const int64_t *capacity;
    int32_t *head;      /* resources + 1 */
    booking *sorted;    /* count */
    uint64_t *events;   /* 4 * the most bookings of one resource; made by the caller after tz_overload_group */
    int64_t most;       /* told by tz_overload_group */
    int64_t bad;
    /* told by tz_overload_find, room for `count` each */
    int32_t *who, *from, *until;
    int64_t *peak, *excess;
    int64_t found;
} tz_overloads;

/* Checks the bookings and sorts them by resource, in each in the order given. */
TZ_API int tz_overload_group(tz_overloads *o) {
    const int64_t n = o->count, all = o->resources;
    int32_t *head = o->head;
    for (int64_t r = 0; r <= all; r++) head[r] = 0;
    for (int64_t i = 0; i < n; i++) {
        if ((uint32_t)o->resource[i] >= (uint64_t)all) {
            o->bad = i;
            return TZ_NO_RESOURCE;
        }
        if (o->start[i] >= o->end[i] || o->share[i] < 0) {
            o->bad = i;
            return o->share[i] < 0 ? TZ_NEGATIVE_SHARE : TZ_EMPTY_TIME;
        }
        head[o->resource[i] + 1]++;
    }
    o->most = 0;
    for (int64_t r = 0; r < all; r++) {
        if (head[r + 1] > o->most) o->most = head[r + 1];
        head[r + 1] += head[r];
    }
    for (int64_t i = 0; i < n; i++) {
        booking *b = &o->sorted[head[o->resource[i]]++];
        *b = (booking){o->start[i], o->end[i], o->share[i], (int32_t)i};
    }
    for (int64_t r = all; r > 0; r--) head[r] = head[r - 1];
    head[0] = 0;
    return TZ_OK;
}

typedef struct {
    tz_overloads *o;
    int32_t who;
    int64_t capacity, load, peak, excess, since, last;
    int over;
} sweep;

/* The overload of the sweep ends. */
static inline void tell(sweep *s, int64_t moment) {
    tz_overloads *o = s->o;
    const int64_t at = o->found++;
    o->who[at] = s->who;
    o->from[at] = (int32_t)s->since;
    o->until[at] = (int32_t)moment;
    o->peak[at] = s->peak;
    o->excess[at] = s->excess;
    s->over = 0;
}

/* From `moment` on the load is `s->load`. */
static inline void turn(sweep *s, int64_t moment, int64_t load) {
    if (s->over) s->excess += (s->load - s->capacity) * (moment - s->last);
    if (load > s->capacity) {
        if (!s->over) {
            s->over = 1;
            s->since = moment;
            s->peak = load;
            s->excess = 0;
        } else if (load > s->peak)
            s->peak = load;
    } else if (s->over)
        tell(s, moment);
    s->load = load;
    s->last = moment;
}

/* Ascending, by merging runs; `spare` has the same size. */
static void sort_events(uint64_t *keys, uint64_t *spare, int64_t n) {
    enum { RUN = 12 };
    for (int64_t low = 0; low < n; low += RUN) {
        const int64_t high = low + RUN < n ? low + RUN : n;
        for (int64_t i = low + 1; i < high; i++) {
            const uint64_t key = keys[i];
            int64_t j = i;
            for (; j > low && keys[j - 1] > key; j--) keys[j] = keys[j - 1];
            keys[j] = key;
        }
    }
    uint64_t *from = keys, *to = spare;
    for (int64_t width = RUN; width < n; width *= 2) {
        for (int64_t low = 0; low < n; low += 2 * width) {
            const int64_t middle = low + width < n ? low + width : n, high = low + 2 * width < n ? low + 2 * width : n;
            int64_t a = low, b = middle;
            for (int64_t k = low; k < high; k++) to[k] = b >= high || (a < middle && from[a] <= from[b]) ? from[a++] : from[b++];
        }
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != keys)
        for (int64_t i = 0; i < n; i++) keys[i] = from[i];
}

static void sweep_resource(tz_overloads *o, int64_t r) {
    const booking *b = o->sorted + o->head[r];
    const int64_t k = o->head[r + 1] - o->head[r], capacity = o->capacity[r];
    int64_t low = INT64_MAX, high = INT64_MIN, sum = 0;
    for (int64_t i = 0; i < k; i++) {
        if (b[i].start < low) low = b[i].start;
        if (b[i].end > high) high = b[i].end;
        sum += b[i].share;
    }
    if (sum <= capacity) return;
    sweep s = {.o = o, .who = (int32_t)r, .capacity = capacity};
    const int64_t span = high - low;
    if (span < 4 * o->most) {
        /* All zero before and after. */
        int64_t *change = (int64_t *)o->events, load = 0;
        for (int64_t i = 0; i < k; i++) {
            change[b[i].start - low] += b[i].share;
            change[b[i].end - low] -= b[i].share;
        }
        for (int64_t t = 0; t <= span; t++) {
            load += change[t];
            change[t] = 0;
            if (load > capacity) {
                if (!s.over) {
                    s.over = 1;
                    s.since = low + t;
                    s.peak = s.excess = 0;
                }
                if (load > s.peak) s.peak = load;
                s.excess += load - capacity;
            } else if (s.over)
                tell(&s, low + t);
        }
        return;
    }
    uint64_t *keys = o->events;
    const int64_t used = 4 * k;
    for (int64_t i = 0; i < k; i++) {
        keys[2 * i] = (uint64_t)((int64_t)b[i].start - INT32_MIN) << 32 | (uint64_t)(2 * i);
        keys[2 * i + 1] = (uint64_t)((int64_t)b[i].end - INT32_MIN) << 32 | (uint64_t)(2 * i + 1);
    }
    sort_events(keys, keys + 2 * k, 2 * k);
    int64_t load = 0;
    for (int64_t e = 0; e < 2 * k;) {
        const uint64_t moment = keys[e] >> 32;
        int64_t next = load;
        for (; e < 2 * k && keys[e] >> 32 == moment; e++) {
            const uint64_t which = keys[e] & UINT32_MAX;
            next += which & 1 ? -(int64_t)b[which >> 1].share : b[which >> 1].share;
        }
        if (next != load) turn(&s, (int64_t)moment + INT32_MIN, load = next);
    }
    for (int64_t i = 0; i < used; i++) keys[i] = 0;
}

/* All overloads of the resources `first` to `last - 1`, by resource and time. */
TZ_API void tz_overload_find(tz_overloads *o, int64_t first, int64_t last) {
    o->found = 0;
    for (int64_t i = 0; i < 4 * o->most; i++) o->events[i] = 0;
    for (int64_t r = first; r < last; r++) sweep_resource(o, r);
}

/* The bookings of each overload: heads of found + 1, and the bookings while there is room. Tells how many there are. */
TZ_API int64_t tz_overload_bookings(const tz_overloads *o, int64_t *heads, int32_t *out, int64_t room) {
    int64_t at = 0;
    for (int64_t c = 0; c < o->found; c++) {
        heads[c] = at;
        for (int32_t i = o->head[o->who[c]]; i < o->head[o->who[c] + 1]; i++) {
            const booking *b = o->sorted + i;
            const int inside = b->start < o->until[c] && b->end > o->from[c] && b->share > 0;
            if (inside && at < room) out[at] = b->id;
            at += inside;
        }
    }
    heads[o->found] = at;
    return at;
}
