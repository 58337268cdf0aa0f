/* Schedule generation: serial and parallel schemes over packed capacity (Kolisch 1996), double justification
   (Valls, Ballestin, Quintanilla 2005). The same steps as tongzhou.engine.leveling.twin, bit for bit. */
#include "leveling.h"

#include <stdlib.h>
#include <string.h>

int tz_room_make(const tz_problem *p, tz_room *room) {
    size_t cells = (size_t)p->words * ((size_t)p->horizon + 1);
    room->free = malloc((cells ? cells : 1) * sizeof(uint64_t));
    room->heap = malloc(((size_t)p->n + 1) * sizeof(int32_t));
    room->waiting = malloc(((size_t)p->n + 1) * sizeof(int32_t));
    room->rank = malloc(((size_t)p->n + 1) * sizeof(int64_t));
    room->order = malloc(((size_t)p->n + 1) * sizeof(int32_t));
    room->count = malloc(((size_t)p->horizon + 2) * sizeof(int32_t));
    if (room->free && room->heap && room->waiting && room->rank && room->order && room->count) return 0;
    tz_room_end(room);
    return -1;
}

void tz_room_end(tz_room *room) {
    free(room->free);
    free(room->heap);
    free(room->waiting);
    free(room->rank);
    free(room->order);
    free(room->count);
    memset(room, 0, sizeof *room);
}

static int enough(uint64_t free_now, uint64_t need) { return ((free_now - need) & TZ_GUARD) == TZ_GUARD; }

static void take(uint64_t *cell, int32_t start, int32_t duration, uint64_t need) {
    for (int32_t t = start; t < start + duration; t++) cell[t] -= need;
}

static void give(uint64_t *cell, int32_t start, int32_t duration, uint64_t need) {
    for (int32_t t = start; t < start + duration; t++) cell[t] += need;
}

/* The first start at or after `from` with room for the whole duration; -1 when the horizon ends before. */
static int32_t next_room(const uint64_t *cell, int32_t horizon, int32_t from, int32_t duration, uint64_t need) {
    int32_t run = 0;
    for (int32_t t = from; t < horizon; t++) {
        if (enough(cell[t], need)) {
            if (++run == duration) return t - duration + 1;
        } else {
            run = 0;
        }
    }
    return -1;
}

/* The last start at or before `from` with room for the whole duration; -1 when there is none. */
static int32_t last_room(const uint64_t *cell, int32_t from, int32_t duration, uint64_t need) {
    int32_t run = 0;
    for (int32_t t = from + duration - 1; t >= 0; t--) {
        if (enough(cell[t], need)) {
            if (++run == duration) return t;
        } else {
            run = 0;
        }
    }
    return -1;
}

static uint64_t of_person(int32_t person, int32_t units) {
    return (uint64_t)units << (TZ_LANE_BITS * (person % TZ_LANES));
}

static uint64_t *cells(const tz_problem *p, const tz_room *room, int32_t word) {
    return room->free + (size_t)word * ((size_t)p->horizon + 1);
}

/* Persons for the choices of one activity at one start, by trying in order of preference. Leaves them taken. */
static int match(const tz_problem *p, tz_room *room, int32_t choice, int32_t end, int32_t start, int32_t duration,
                 int32_t *chosen, int32_t *tries) {
    if (choice == end) return 1;
    for (int32_t k = p->person_ptr[choice]; k < p->person_ptr[choice + 1]; k++) {
        if (--*tries < 0) return 0;
        int32_t person = p->person[k];
        uint64_t need = of_person(person, p->units[choice]);
        uint64_t *cell = cells(p, room, person / TZ_LANES);
        int32_t t = start;
        while (t < start + duration && enough(cell[t], need)) t++;
        if (t < start + duration) continue;
        take(cell, start, duration, need);
        chosen[choice] = person;
        if (match(p, room, choice + 1, end, start, duration, chosen, tries)) return 1;
        give(cell, start, duration, need);
    }
    return 0;
}

/* Moves a start on (step 1) or back (step -1) to where each demand by itself has room. */
static int32_t candidate(const tz_problem *p, const tz_room *room, int32_t j, int32_t start, int32_t step) {
    int32_t duration = p->duration[j];
    for (;;) {
        int32_t before = start;
        for (int32_t k = p->need_ptr[j]; k < p->need_ptr[j + 1] && start >= 0; k++) {
            const uint64_t *cell = cells(p, room, p->need_word[k]);
            start = step > 0 ? next_room(cell, p->horizon, start, duration, p->need[k])
                             : last_room(cell, start, duration, p->need[k]);
        }
        for (int32_t c = p->choice_ptr[j]; c < p->choice_ptr[j + 1] && start >= 0; c++) {
            int32_t best = -1;
            for (int32_t k = p->person_ptr[c]; k < p->person_ptr[c + 1]; k++) {
                int32_t person = p->person[k];
                const uint64_t *cell = cells(p, room, person / TZ_LANES);
                uint64_t need = of_person(person, p->units[c]);
                int32_t at = step > 0 ? next_room(cell, p->horizon, start, duration, need)
                                      : last_room(cell, start, duration, need);
                if (at >= 0 && (best < 0 || (step > 0 ? at < best : at > best))) best = at;
                if (best == start) break;
            }
            start = best;
        }
        if (start < 0 || start == before) return start;
    }
}

/* Places an activity as early (step 1) or as late (step -1) as it goes from `start` and takes what it needs. */
static int32_t place(const tz_problem *p, tz_room *room, int32_t j, int32_t start, int32_t step, int32_t *chosen) {
    int32_t duration = p->duration[j];
    int32_t first = p->choice_ptr[j], end = p->choice_ptr[j + 1];
    if (duration == 0) {
        for (int32_t c = first; c < end; c++) chosen[c] = p->person[p->person_ptr[c]];
        return start >= 0 && start <= p->horizon ? start : -1;
    }
    if (start < 0 || start + duration > p->horizon) return -1;
    for (;;) {
        start = candidate(p, room, j, start, step);
        if (start < 0) return -1;
        for (int32_t k = p->need_ptr[j]; k < p->need_ptr[j + 1]; k++)
            take(cells(p, room, p->need_word[k]), start, duration, p->need[k]);
        int32_t tries = TZ_MATCH_TRIES;
        if (first == end || match(p, room, first, end, start, duration, chosen, &tries)) return start;
        for (int32_t k = p->need_ptr[j]; k < p->need_ptr[j + 1]; k++)
            give(cells(p, room, p->need_word[k]), start, duration, p->need[k]);
        start += step;
        if (start < 0 || start + duration > p->horizon) return -1;
    }
}

/* An empty calendar with what runs or is fixed already in it. */
static int open_room(const tz_problem *p, tz_room *room, int32_t *start, int32_t *chosen) {
    memcpy(room->free, p->capacity, (size_t)p->words * ((size_t)p->horizon + 1) * sizeof(uint64_t));
    for (int32_t j = 0; j < p->n; j++) {
        if (p->fixed[j] < 0) continue;
        start[j] = place(p, room, j, p->fixed[j], 1, chosen);
        if (start[j] != p->fixed[j]) return -1;
    }
    return 0;
}

static int32_t earliest(const tz_problem *p, const int32_t *start, int32_t j) {
    int32_t at = p->release[j];
    for (int32_t k = p->pred_ptr[j]; k < p->pred_ptr[j + 1]; k++) {
        int32_t t = start[p->pred[k]] + p->pred_lag[k];
        if (t > at) at = t;
    }
    return at;
}

/* Serial scheme: one activity after the other, each at its first place. */
int tz_serial(const tz_problem *p, tz_room *room, const int32_t *order, int32_t *start, int32_t *chosen) {
    if (open_room(p, room, start, chosen)) return -1;
    for (int32_t i = 0; i < p->n; i++) {
        int32_t j = order[i];
        if (p->fixed[j] >= 0) continue;
        start[j] = place(p, room, j, earliest(p, start, j), 1, chosen);
        if (start[j] < 0) return -1;
    }
    return 0;
}

static int before(const int64_t *priority, int32_t a, int32_t b) {
    return priority[a] < priority[b] || (priority[a] == priority[b] && a < b);
}

static void push(int32_t *heap, int32_t *size, int32_t j, const int64_t *priority) {
    int32_t at = (*size)++;
    while (at && before(priority, j, heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = j;
}

static int32_t pop(int32_t *heap, int32_t *size, const int64_t *priority) {
    int32_t top = heap[0], j = heap[--*size], at = 0;
    for (;;) {
        int32_t child = 2 * at + 1;
        if (child >= *size) break;
        if (child + 1 < *size && before(priority, heap[child + 1], heap[child])) child++;
        if (!before(priority, heap[child], j)) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = j;
    return top;
}

/* Each activity after those it waits for; of those that may come the smallest priority comes first. */
static int topological(const tz_problem *p, tz_room *room, const int64_t *priority, const int32_t *in_ptr,
                       const int32_t *out_ptr, const int32_t *out, int32_t *order) {
    int32_t *heap = room->heap, *waiting = room->waiting, size = 0, done = 0;
    for (int32_t j = 0; j < p->n; j++) {
        waiting[j] = in_ptr[j + 1] - in_ptr[j];
        if (!waiting[j]) push(heap, &size, j, priority);
    }
    while (size) {
        int32_t j = pop(heap, &size, priority);
        order[done++] = j;
        for (int32_t k = out_ptr[j]; k < out_ptr[j + 1]; k++)
            if (!--waiting[out[k]]) push(heap, &size, out[k], priority);
    }
    return done == p->n ? 0 : -1;
}

/* The list in which predecessors come first and otherwise the smallest priority. */
int tz_list_by_priority(const tz_problem *p, tz_room *room, const int64_t *priority, int32_t *order) {
    return topological(p, room, priority, p->pred_ptr, p->succ_ptr, p->succ, order);
}

/* Whether an activity can start at exactly this time; takes what it needs if so. */
static int place_here(const tz_problem *p, tz_room *room, int32_t j, int32_t start, int32_t *chosen) {
    int32_t duration = p->duration[j];
    if (start + duration > p->horizon) return 0;
    for (int32_t k = p->need_ptr[j]; k < p->need_ptr[j + 1]; k++) {
        const uint64_t *cell = cells(p, room, p->need_word[k]);
        for (int32_t t = start; t < start + duration; t++)
            if (!enough(cell[t], p->need[k])) return 0;
    }
    for (int32_t k = p->need_ptr[j]; k < p->need_ptr[j + 1]; k++)
        take(cells(p, room, p->need_word[k]), start, duration, p->need[k]);
    int32_t tries = TZ_MATCH_TRIES;
    if (match(p, room, p->choice_ptr[j], p->choice_ptr[j + 1], start, duration, chosen, &tries)) return 1;
    for (int32_t k = p->need_ptr[j]; k < p->need_ptr[j + 1]; k++)
        give(cells(p, room, p->need_word[k]), start, duration, p->need[k]);
    return 0;
}

/* Parallel scheme: time goes on; at each moment whatever may start and has room starts, the smallest priority first. */
int tz_parallel(const tz_problem *p, tz_room *room, const int64_t *priority, int32_t *start, int32_t *chosen) {
    int32_t *open = room->heap, *waiting = room->waiting, *at = room->order;
    int32_t opened = 0, left = 0, time = INT32_MAX;
    if (open_room(p, room, start, chosen)) return -1;
    for (int32_t j = 0; j < p->n; j++) waiting[j] = p->pred_ptr[j + 1] - p->pred_ptr[j];
    for (int32_t j = 0; j < p->n; j++) {
        if (p->fixed[j] < 0) {
            left++;
            continue;
        }
        for (int32_t k = p->succ_ptr[j]; k < p->succ_ptr[j + 1]; k++) waiting[p->succ[k]]--;
    }
    for (int32_t j = 0; j < p->n; j++) {
        if (p->fixed[j] >= 0 || waiting[j]) continue;
        at[j] = earliest(p, start, j);
        open[opened++] = j;
        if (at[j] < time) time = at[j];
    }
    /* Insertion sort: few are open at first, and later each is inserted where it belongs. */
    for (int32_t i = 1; i < opened; i++) {
        int32_t j = open[i], k = i;
        for (; k && before(priority, j, open[k - 1]); k--) open[k] = open[k - 1];
        open[k] = j;
    }
    while (left) {
        int32_t next = INT32_MAX, i = 0;
        if (time > p->horizon) return -1;
        while (i < opened) {
            int32_t j = open[i];
            if (at[j] > time) {
                if (at[j] < next) next = at[j];
                i++;
                continue;
            }
            if (!place_here(p, room, j, time, chosen)) {
                next = time + 1;
                i++;
                continue;
            }
            start[j] = time;
            left--;
            memmove(open + i, open + i + 1, (size_t)(opened - i - 1) * sizeof(int32_t));
            opened--;
            for (int32_t k = p->succ_ptr[j]; k < p->succ_ptr[j + 1]; k++) {
                int32_t s = p->succ[k];
                if (--waiting[s] || p->fixed[s] >= 0) continue;
                at[s] = earliest(p, start, s);
                int32_t low = 0, high = opened;
                while (low < high) {
                    int32_t middle = (low + high) / 2;
                    if (before(priority, open[middle], s)) low = middle + 1;
                    else high = middle;
                }
                memmove(open + low + 1, open + low, (size_t)(opened - low) * sizeof(int32_t));
                open[low] = s;
                opened++;
                /* One inserted before this place that may start now is looked at again at this very moment. */
                if (low < i) i = low;
            }
        }
        time = next;
    }
    return 0;
}

/* Activities by finish (or by start), ascending; equal ones by number. Counting sort. */
static void sort_by(const tz_problem *p, tz_room *room, const int32_t *start, int by_finish, int32_t *order) {
    int32_t *count = room->count;
    memset(count, 0, ((size_t)p->horizon + 2) * sizeof(int32_t));
    for (int32_t j = 0; j < p->n; j++) count[start[j] + (by_finish ? p->duration[j] : 0) + 1]++;
    for (int32_t t = 0; t <= p->horizon; t++) count[t + 1] += count[t];
    for (int32_t j = 0; j < p->n; j++) order[count[start[j] + (by_finish ? p->duration[j] : 0)]++] = j;
}

/* A schedule as a list that respects the links, backward or forward. Sorted by time it nearly always does; where leads or
   milestones stand before their predecessor, the list is taken as a priority. */
static int listed(const tz_problem *p, tz_room *room, const int32_t *start, int backward, int32_t *order) {
    for (int32_t j = 0; j < p->n; j++)
        if (start[j] < 0 || start[j] + p->duration[j] > p->horizon) return -1;
    sort_by(p, room, start, backward, order);
    int64_t *rank = room->rank;
    int mended = 0;
    for (int32_t i = 0; i < p->n; i++) rank[order[i]] = i;
    for (int32_t j = 0; j < p->n && !mended; j++)
        for (int32_t k = p->pred_ptr[j]; k < p->pred_ptr[j + 1]; k++)
            if (rank[p->pred[k]] > rank[j]) mended = 1;
    if (!mended) return 0;
    if (!backward) return topological(p, room, rank, p->pred_ptr, p->succ_ptr, p->succ, order);
    for (int32_t j = 0; j < p->n; j++) rank[j] = p->n - 1 - rank[j];
    if (topological(p, room, rank, p->succ_ptr, p->pred_ptr, p->pred, order)) return -1;
    for (int32_t i = 0; i < p->n / 2; i++) {
        int32_t j = order[i];
        order[i] = order[p->n - 1 - i];
        order[p->n - 1 - i] = j;
    }
    return 0;
}

int tz_list_of(const tz_problem *p, tz_room *room, const int32_t *start, int32_t *order) {
    return listed(p, room, start, 0, order);
}

/* Moves everything as far right as it goes before `end`, the latest finish first. */
int tz_right(const tz_problem *p, tz_room *room, int32_t end, int32_t *start, int32_t *chosen) {
    int32_t *order = room->order;
    if (listed(p, room, start, 1, order) || open_room(p, room, start, chosen)) return -1;
    for (int32_t i = p->n - 1; i >= 0; i--) {
        int32_t j = order[i];
        if (p->fixed[j] >= 0) continue;
        int32_t at = end - p->duration[j];
        for (int32_t k = p->succ_ptr[j]; k < p->succ_ptr[j + 1]; k++) {
            int32_t t = start[p->succ[k]] - p->succ_lag[k];
            if (t < at) at = t;
        }
        start[j] = place(p, room, j, at, -1, chosen);
        if (start[j] < p->release[j]) return -1;
    }
    return 0;
}

/* Moves everything as far left as it goes, the earliest start first. */
int tz_left(const tz_problem *p, tz_room *room, int32_t *start, int32_t *chosen) {
    if (listed(p, room, start, 0, room->order)) return -1;
    return tz_serial(p, room, room->order, start, chosen);
}

/* What a schedule costs: its length, and before that every time unit past a due date. */
int64_t tz_cost(const tz_problem *p, const int32_t *start) {
    int64_t late = 0;
    int32_t end = 0;
    for (int32_t j = 0; j < p->n; j++) {
        int32_t finish = start[j] + p->duration[j];
        if (finish > end) end = finish;
        if (finish > p->due[j]) late += finish - p->due[j];
    }
    return late * (1LL << 32) + end;
}

/* Double justification: right, then left; kept when it is no worse. Returns whether it was kept. */
int tz_justify(const tz_problem *p, tz_room *room, int32_t *start, int32_t *chosen, int32_t *spare,
               int32_t *spare_chosen) {
    int64_t cost = tz_cost(p, start);
    memcpy(spare, start, (size_t)p->n * sizeof(int32_t));
    memcpy(spare_chosen, chosen, (size_t)p->choices * sizeof(int32_t));
    if (tz_right(p, room, (int32_t)(cost & 0xffffffff), spare, spare_chosen)) return 0;
    if (tz_left(p, room, spare, spare_chosen)) return 0;
    if (tz_cost(p, spare) > cost) return 0;
    memcpy(start, spare, (size_t)p->n * sizeof(int32_t));
    memcpy(chosen, spare_chosen, (size_t)p->choices * sizeof(int32_t));
    return 1;
}

/* The calls from outside make their own room. */
TZ_API int tz_run_serial(const tz_problem *p, const int64_t *priority, int32_t *start, int32_t *chosen) {
    tz_room room = {0};
    int32_t *order = malloc(((size_t)p->n + 1) * sizeof(int32_t));
    int failed = !order || tz_room_make(p, &room) || tz_list_by_priority(p, &room, priority, order) ||
                 tz_serial(p, &room, order, start, chosen);
    free(order);
    tz_room_end(&room);
    return failed ? -1 : 0;
}

TZ_API int tz_run_parallel(const tz_problem *p, const int64_t *priority, int32_t *start, int32_t *chosen) {
    tz_room room = {0};
    int failed = tz_room_make(p, &room) || tz_parallel(p, &room, priority, start, chosen);
    tz_room_end(&room);
    return failed ? -1 : 0;
}

/* Returns 1 when the justified schedule was kept, 0 when not. */
TZ_API int tz_run_justify(const tz_problem *p, int32_t *start, int32_t *chosen) {
    tz_room room = {0};
    int32_t *spare = malloc(((size_t)p->n + (size_t)p->choices + 1) * sizeof(int32_t));
    int kept = spare && !tz_room_make(p, &room) ? tz_justify(p, &room, start, chosen, spare, spare + p->n) : 0;
    free(spare);
    tz_room_end(&room);
    return kept;
}
