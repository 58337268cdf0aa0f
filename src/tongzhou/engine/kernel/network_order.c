/* Puts the tasks of a network in order, and its links beside them.
 *
 * Method: Kahn (1962). Twin: TwinNetwork._put_in_order in tongzhou/engine/network/twin.py. */
#include "network.h"

/* Scratch of the ordering, in the records before there are dates: how many predecessors a task still waits for, its number
 * of successors, the first few of them (with their links where links differ), and a chain of the links to the others. One
 * line of cache tells all of most tasks, which is what the ordering of a deep network waits for. */
enum { WAITS, COUNT, CHAIN, FIRST, INLINE_PLAIN = TZ_PLAIN - FIRST, INLINE_FULL = (TZ_FULL - FIRST) / 2 };

INLINE int64_t inline_of(const int32_t *r, const int plain) {
    return least(r[COUNT], plain ? INLINE_PLAIN : INLINE_FULL);
}
INLINE int32_t successor(const int32_t *r, int64_t i, const int plain) { return r[FIRST + (plain ? i : 2 * i)]; }

INLINE int order_any(tz_network *g, const int plain) {
    const int64_t n = g->tasks, m = g->links;
    const int32_t *from = g->from, *to = g->to;
    int32_t *order = g->order, *place = g->place, *chain = g->chain;
    for (int64_t v = 0; v < n; v++) {
        int32_t *r = record_of(g, v, plain);
        r[WAITS] = r[COUNT] = 0;
        r[CHAIN] = -1;
    }
    for (int64_t i = 0; i < m; i++) {
        if (i + 16 < m) {
            __builtin_prefetch(record_of(g, from[i + 16], plain), 1);
            __builtin_prefetch(record_of(g, to[i + 16], plain), 1);
        }
        int32_t *r = record_of(g, from[i], plain);
        const int32_t at = r[COUNT]++;
        record_of(g, to[i], plain)[WAITS]++;
        if (at < (plain ? INLINE_PLAIN : INLINE_FULL)) {
            r[FIRST + (plain ? at : 2 * at)] = to[i];
            if (!plain) r[FIRST + 2 * at + 1] = g->link[i];
        } else {
            chain[i] = r[CHAIN];
            r[CHAIN] = (int32_t)i;
        }
    }
    int64_t ready = 0;
    for (int64_t v = 0; v < n; v++)
        if (!record_of(g, v, plain)[WAITS]) order[ready++] = (int32_t)v;
    for (int64_t at = 0; at < ready; at++) {
        const int32_t *r = record_of(g, order[at], plain);
        if (at + 4 < ready) {
            const int32_t *soon = record_of(g, order[at + 4], plain);
            for (int64_t i = 0; i < inline_of(soon, plain); i++) __builtin_prefetch(record_of(g, successor(soon, i, plain), plain));
        }
        for (int64_t i = 0; i < inline_of(r, plain); i++) {
            const int32_t s = successor(r, i, plain);
            if (!--record_of(g, s, plain)[WAITS]) order[ready++] = s;
        }
        for (int32_t i = r[CHAIN]; i >= 0; i = chain[i])
            if (!--record_of(g, to[i], plain)[WAITS]) order[ready++] = to[i];
    }
    if (ready < n) {
        for (int64_t v = 0; v < n; v++) place[v] = record_of(g, v, plain)[WAITS];
        return TZ_CYCLE;
    }
    for (int64_t p = 0; p < n; p++) place[order[p]] = (int32_t)p;
    int32_t at = 0;
    for (int64_t p = 0; p < n; p++) {
        if (p + 8 < n) __builtin_prefetch(record_of(g, order[p + 8], plain));
        const int32_t *r = record_of(g, order[p], plain);
        g->head[p] = at;
        for (int64_t i = 0; i < inline_of(r, plain); i++) {
            if (!plain) g->next_link[at] = r[FIRST + 2 * i + 1];
            g->next[at++] = place[successor(r, i, plain)];
        }
        for (int32_t i = r[CHAIN]; i >= 0; i = chain[i]) {
            if (!plain) g->next_link[at] = g->link[i];
            g->next[at++] = place[to[i]];
        }
    }
    g->head[n] = at;
    return TZ_OK;
}

/* Tasks are given in an order already: only the links are sorted by their first task. */
static void order_given(tz_network *g) {
    const int64_t n = g->tasks, m = g->links;
    const int32_t *from = g->from, *to = g->to;
    int32_t *head = g->head;
    for (int64_t v = 0; v <= n; v++) head[v] = 0;
    for (int64_t i = 0; i < m; i++) head[from[i] + 1]++;
    for (int64_t v = 0; v < n; v++) head[v + 1] += head[v];
    /* Filling moves each head to the next one's place; shifted back afterwards. */
    for (int64_t i = 0; i < m; i++) {
        const int32_t at = head[from[i]]++;
        g->next[at] = to[i];
        if (g->link) g->next_link[at] = g->link[i];
    }
    for (int64_t v = n; v > 0; v--) head[v] = head[v - 1];
    head[0] = 0;
    for (int64_t v = 0; v < n; v++) g->order[v] = g->place[v] = (int32_t)v;
}

/* Checks, puts the tasks in an order in which none comes before its predecessors, and the links beside them. In a cycle
 * `place` tells how many predecessors each task still waits for. */
TZ_API int tz_network_order(tz_network *g) {
    const int64_t n = g->tasks, m = g->links;
    const int32_t *from = g->from, *to = g->to;
    int sorted = 1;
    for (int64_t v = 0; v < n; v++)
        if (g->work[v] < 0) {
            g->bad = v;
            return TZ_NEGATIVE;
        }
    for (int64_t i = 0; i < m; i++) {
        if ((uint32_t)from[i] >= (uint64_t)n || (uint32_t)to[i] >= (uint64_t)n) {
            g->bad = i;
            return TZ_BAD_END;
        }
        if (from[i] == to[i]) {
            g->bad = i;
            return TZ_SELF_LINK;
        }
        sorted &= from[i] < to[i];
    }
    if (sorted) {
        order_given(g);
        return TZ_OK;
    }
    return g->clock ? order_any(g, 0) : order_any(g, 1);
}
