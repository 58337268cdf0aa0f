/* A population of activity lists (Hartmann 1998) bred by a crossover that keeps a busy stretch of the father whole
   (after Valls 2008, Debels and Vanhoucke 2007), each child built by the serial scheme and doubly justified; a population
   that has nothing new to give starts again, and every few starts the best of the former ones meet. No clock: the caller
   asks for a number of children and looks at the time between. Deterministic for a seed. */
#include "leveling.h"

#include <stdlib.h>
#include <string.h>

/* Children without a better one, for each individual, until a population has nothing new to give. */
#define PATIENCE 50
/* Every so many starts the champions of the former ones meet. */
#define MEETING 4
#define CHAMPIONS 12
#define MUTATIONS 3.0

typedef struct {
    int64_t cost;
    int64_t tie; /* smaller is more compact: tells schedules of one length apart */
    uint64_t hash;
    int32_t *list;
    int32_t *start;
    int32_t *chosen;
} individual;

typedef struct {
    const tz_problem *p;
    tz_room room;
    uint64_t seed, drawn;
    int32_t size, most, champions, champion_count, stale, restarts, filled;
    int64_t best_cost, run_cost;
    int64_t *priority; /* latest start of each activity: what the first lists are drawn by */
    int64_t *load;     /* demand of each activity over all resources, per time unit */
    individual *all;   /* population, then champions, then best, child and spare */
    int32_t *memory;
    int32_t *mark, *open;
    double *weight;
} population;

static uint64_t draw(population *s) { return tz_mix(s->seed, s->drawn++); }

static int32_t below(population *s, int32_t bound) { return (int32_t)(((draw(s) >> 32) * (uint64_t)bound) >> 32); }

static double unit(population *s) { return (double)(draw(s) >> 11) * 0x1.0p-53; }

static individual *best_of(population *s) { return s->all + s->most + s->champions; }

static void copy(const population *s, individual *to, const individual *from) {
    to->cost = from->cost;
    to->tie = from->tie;
    to->hash = from->hash;
    memcpy(to->list, from->list, (size_t)s->p->n * sizeof(int32_t));
    memcpy(to->start, from->start, (size_t)s->p->n * sizeof(int32_t));
    memcpy(to->chosen, from->chosen, (size_t)s->p->choices * sizeof(int32_t));
}

/* The list of an individual becomes the order of its starts, so that equal schedules are equal lists. Returns -1
   for a schedule past the horizon. */
static int settle(population *s, individual *x) {
    const tz_problem *p = s->p;
    uint64_t hash = 1469598103934665603ULL;
    int64_t tie = 0;
    x->cost = tz_cost(p, x->start);
    if (tz_list_of(p, &s->room, x->start, x->list)) return -1;
    for (int32_t j = 0; j < p->n; j++) {
        hash = (hash ^ (uint64_t)x->start[j]) * 1099511628211ULL;
        tie += (int64_t)(x->start[j] + p->duration[j]) * s->load[j];
    }
    x->hash = hash;
    x->tie = tie;
    return 0;
}

/* Builds what the list says, justifies it, keeps the best. Returns -1 when it cannot be built. */
static int build(population *s, individual *x) {
    individual *spare = best_of(s) + 2;
    if (tz_serial(s->p, &s->room, x->list, x->start, x->chosen)) return -1;
    tz_justify(s->p, &s->room, x->start, x->chosen, spare->start, spare->chosen);
    if (settle(s, x)) return -1;
    if (x->cost < s->best_cost) {
        s->best_cost = x->cost;
        copy(s, best_of(s), x);
    }
    return 0;
}

/* A list drawn by regret-biased sampling on the latest starts (Kolisch and Drexl 1996). */
static void sample(population *s, int32_t *list) {
    const tz_problem *p = s->p;
    int32_t opened = 0, done = 0;
    double sharpness = 1.0 + 2.0 * unit(s);
    for (int32_t j = 0; j < p->n; j++) {
        s->mark[j] = p->pred_ptr[j + 1] - p->pred_ptr[j];
        if (!s->mark[j]) s->open[opened++] = j;
    }
    while (opened) {
        int64_t worst = s->priority[s->open[0]];
        double sum = 0;
        for (int32_t i = 1; i < opened; i++)
            if (s->priority[s->open[i]] > worst) worst = s->priority[s->open[i]];
        for (int32_t i = 0; i < opened; i++) {
            double regret = (double)(worst - s->priority[s->open[i]] + 1);
            s->weight[i] = sharpness > 2.0 ? regret * regret : regret;
            sum += s->weight[i];
        }
        double at = unit(s) * sum;
        int32_t i = 0;
        while (i + 1 < opened && at >= s->weight[i]) at -= s->weight[i++];
        int32_t j = s->open[i];
        s->open[i] = s->open[--opened];
        list[done++] = j;
        for (int32_t k = p->succ_ptr[j]; k < p->succ_ptr[j + 1]; k++)
            if (!--s->mark[p->succ[k]]) s->open[opened++] = p->succ[k];
    }
}

/* Demand met between two positions of a list, per time unit of its span. */
static double busy(const population *s, const individual *x, int32_t from, int32_t to) {
    int64_t work = 0;
    int32_t end = 0;
    for (int32_t i = from; i < to; i++) {
        int32_t j = x->list[i];
        work += s->load[j] * s->p->duration[j];
        if (x->start[j] + s->p->duration[j] > end) end = x->start[j] + s->p->duration[j];
    }
    return (double)work / (double)(end - x->start[x->list[from]] + 1);
}

/* The father's busy stretch stays as it is; what comes before and after it comes in the mother's order. */
static void cross(population *s, const individual *mother, const individual *father, int32_t *list) {
    int32_t n = s->p->n, from = 0, to = n;
    double most = -1;
    for (int32_t tries = 0; tries < 2; tries++) {
        int32_t length = n / 6 + below(s, n - n / 6 - n / 6 + 1);
        int32_t at = below(s, n - length + 1);
        double rate = busy(s, father, at, at + length);
        if (rate > most) {
            most = rate;
            from = at;
            to = at + length;
        }
    }
    for (int32_t i = 0; i < n; i++) s->mark[father->list[i]] = i < from ? 0 : i < to ? 1 : 2;
    int32_t first = 0, last = to;
    for (int32_t i = 0; i < n; i++) {
        int32_t j = mother->list[i];
        if (s->mark[j] == 0) list[first++] = j;
        else if (s->mark[j] == 2) list[last++] = j;
    }
    memcpy(list + from, father->list + from, (size_t)(to - from) * sizeof(int32_t));
}

/* Takes a few activities to another place between their predecessors and successors. */
static void mutate(population *s, int32_t *list, double rate) {
    const tz_problem *p = s->p;
    int32_t n = p->n;
    for (int32_t i = 0; i < n; i++) s->mark[list[i]] = i;
    for (int32_t i = 0; i < n; i++) {
        if (unit(s) >= rate) continue;
        int32_t j = list[i], low = 0, high = n - 1;
        for (int32_t k = p->pred_ptr[j]; k < p->pred_ptr[j + 1]; k++)
            if (s->mark[p->pred[k]] + 1 > low) low = s->mark[p->pred[k]] + 1;
        for (int32_t k = p->succ_ptr[j]; k < p->succ_ptr[j + 1]; k++)
            if (s->mark[p->succ[k]] - 1 < high) high = s->mark[p->succ[k]] - 1;
        if (high <= low) continue;
        int32_t to = low + below(s, high - low + 1);
        if (to > i) memmove(list + i, list + i + 1, (size_t)(to - i) * sizeof(int32_t));
        else memmove(list + to + 1, list + to, (size_t)(i - to) * sizeof(int32_t));
        list[to] = j;
        for (int32_t k = i < to ? i : to; k <= (i < to ? to : i); k++) s->mark[list[k]] = k;
    }
}

static int worse(const individual *a, const individual *b) {
    return a->cost > b->cost || (a->cost == b->cost && a->tie > b->tie);
}

static individual *tournament(population *s, int32_t rounds) {
    individual *winner = s->all + below(s, s->filled);
    while (--rounds > 0) {
        individual *other = s->all + below(s, s->filled);
        if (worse(winner, other)) winner = other;
    }
    return winner;
}

/* A child takes the place of its mother unless it is worse or already here: neighbours compete, so the population stays
   various (crowding, Mahfoud 1992). One without a mother takes the place of the worst. */
static int admit(population *s, const individual *child, individual *mother) {
    for (int32_t i = 0; i < s->filled; i++)
        if (s->all[i].hash == child->hash) return 0;
    if (s->filled < s->size) {
        copy(s, s->all + s->filled++, child);
        return 1;
    }
    if (!mother) {
        mother = s->all;
        for (int32_t i = 1; i < s->size; i++)
            if (worse(s->all + i, mother)) mother = s->all + i;
    }
    if (worse(child, mother)) return 0;
    copy(s, mother, child);
    return 1;
}

/* The best of this run joins the champions; the next run is larger and begins with new lists, or with the champions. */
static void restart(population *s) {
    individual *winner = s->all, *champion = s->all + s->most;
    for (int32_t i = 1; i < s->filled; i++)
        if (worse(winner, s->all + i)) winner = s->all + i;
    if (s->champion_count < s->champions) {
        copy(s, champion + s->champion_count++, winner);
    } else {
        individual *loser = champion;
        for (int32_t i = 1; i < s->champions; i++)
            if (worse(champion + i, loser)) loser = champion + i;
        copy(s, loser, winner);
    }
    s->filled = 0;
    s->stale = 0;
    s->run_cost = INT64_MAX;
    s->restarts++;
    s->size = s->size + s->size / 2 < s->most ? s->size + s->size / 2 : s->most;
    if (s->restarts % MEETING == MEETING - 1)
        for (int32_t i = 0; i < s->champion_count; i++) admit(s, champion + i, NULL);
}

TZ_API void tz_population_end(population *s) {
    if (!s) return;
    tz_room_end(&s->room);
    free(s->priority);
    free(s->load);
    free(s->all);
    free(s->memory);
    free(s->mark);
    free(s->weight);
    free(s);
}

/* `size` grows to `most` over the starts; `priority` is the latest start of each activity. The problem must stay in place as long as the population. */
TZ_API population *tz_population_new(const tz_problem *p, uint64_t seed, int32_t size, int32_t most,
                              const int64_t *priority) {
    population *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    size_t n = (size_t)p->n, each = 2 * n + (size_t)p->choices;
    s->p = p;
    s->seed = seed;
    s->size = size;
    s->most = most;
    s->champions = CHAMPIONS;
    s->best_cost = s->run_cost = INT64_MAX;
    size_t people = (size_t)most + (size_t)s->champions + 3;
    s->priority = malloc((n + 1) * sizeof(int64_t));
    s->load = calloc(n + 1, sizeof(int64_t));
    s->all = calloc(people, sizeof(individual));
    s->memory = malloc((people * each + 1) * sizeof(int32_t));
    s->mark = malloc((2 * n + 2) * sizeof(int32_t));
    s->weight = malloc((n + 1) * sizeof(double));
    if (tz_room_make(p, &s->room) || !s->priority || !s->load || !s->all || !s->memory || !s->mark || !s->weight) {
        tz_population_end(s);
        return NULL;
    }
    s->open = s->mark + n + 1;
    memcpy(s->priority, priority, n * sizeof(int64_t));
    for (size_t i = 0; i < people; i++) {
        s->all[i].list = s->memory + i * each;
        s->all[i].start = s->all[i].list + n;
        s->all[i].chosen = s->all[i].start + n;
    }
    for (int32_t j = 0; j < p->n; j++) {
        for (int32_t k = p->need_ptr[j]; k < p->need_ptr[j + 1]; k++)
            for (int32_t lane = 0; lane < TZ_LANES; lane++)
                s->load[j] += (int64_t)(p->need[k] >> (TZ_LANE_BITS * lane) & 0x7fff);
        for (int32_t c = p->choice_ptr[j]; c < p->choice_ptr[j + 1]; c++) s->load[j] += p->units[c];
    }
    return s;
}

/* Breeds so many children; returns the best cost so far (INT64_MAX: nothing could be built). */
TZ_API int64_t tz_population_breed(population *s, int32_t children) {
    individual *child = best_of(s) + 1;
    while (children-- > 0) {
        individual *mother = NULL;
        if (s->filled < s->size) {
            sample(s, child->list);
        } else {
            mother = tournament(s, 2);
            cross(s, mother, tournament(s, 2), child->list);
            mutate(s, child->list, MUTATIONS / (double)s->p->n);
        }
        s->stale++;
        if (!build(s, child) && admit(s, child, mother) && child->cost < s->run_cost) {
            s->run_cost = child->cost;
            s->stale = 0;
        }
        if (s->stale > PATIENCE * s->size && s->filled) restart(s);
    }
    return s->best_cost;
}

/* A schedule found elsewhere joins, if it ends within the horizon. */
TZ_API int tz_population_join(population *s, const int32_t *start, const int32_t *chosen) {
    individual *child = best_of(s) + 1;
    memcpy(child->start, start, (size_t)s->p->n * sizeof(int32_t));
    memcpy(child->chosen, chosen, (size_t)s->p->choices * sizeof(int32_t));
    if (settle(s, child)) return 0;
    if (child->cost < s->best_cost) {
        s->best_cost = child->cost;
        copy(s, best_of(s), child);
    }
    if (child->cost < s->run_cost) s->run_cost = child->cost;
    return admit(s, child, NULL);
}

TZ_API int64_t tz_population_best(population *s, int32_t *start, int32_t *chosen) {
    if (s->best_cost == INT64_MAX) return s->best_cost;
    memcpy(start, best_of(s)->start, (size_t)s->p->n * sizeof(int32_t));
    memcpy(chosen, best_of(s)->chosen, (size_t)s->p->choices * sizeof(int32_t));
    return s->best_cost;
}
