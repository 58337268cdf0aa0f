/* What the schedule generation schemes share: the compiled problem of tongzhou.engine.leveling.

   Every relation is a minimal lag between starts, S_j >= S_i + lag, and the links have no cycle. Free capacity is packed: a
   64-bit word holds four resources of 15 bits each under a guard bit that is always set, so one subtraction asks four
   resources at once whether they suffice. */
#ifndef TZ_LEVELING_H
#define TZ_LEVELING_H

#include "tz.h"

#define TZ_GUARD 0x8000800080008000ULL
#define TZ_LANES 4
#define TZ_LANE_BITS 16
/* How many assignments of persons are tried at one start before the next start is looked at. */
#define TZ_MATCH_TRIES 512

typedef struct {
    int32_t n;       /* activities */
    int32_t words;   /* packed words a time unit */
    int32_t horizon; /* time units that can be scheduled; cell `horizon` of each word is a full sentinel */
    int32_t choices; /* demands that several persons can meet, over all activities */
    const int32_t *duration;
    const int32_t *release;     /* earliest start by date alone */
    const int32_t *fixed;       /* the start of what runs or is fixed, else -1 */
    const int32_t *due;         /* latest finish wanted, INT32_MAX without */
    const int32_t *pred_ptr;    /* n + 1 */
    const int32_t *pred;        /* by successor */
    const int32_t *pred_lag;
    const int32_t *succ_ptr;    /* n + 1 */
    const int32_t *succ;        /* by predecessor */
    const int32_t *succ_lag;
    const uint64_t *capacity;   /* words x (horizon + 1), before anything is placed */
    const int32_t *need_ptr;    /* n + 1: what has no substitute, packed by word */
    const int32_t *need_word;
    const uint64_t *need;
    const int32_t *choice_ptr;  /* n + 1: demands with substitutes */
    const int32_t *units;       /* a choice */
    const int32_t *person_ptr;  /* choices + 1 */
    const int32_t *person;      /* resources that can meet it, the preferred first */
} tz_problem;

/* Room for one schedule in the making; made once, used for thousands. Unlike the rest of the kernel, levelling keeps
   memory of its own between calls. */
typedef struct {
    uint64_t *free; /* words x (horizon + 1) */
    int32_t *heap;
    int32_t *waiting;
    int64_t *rank;
    int32_t *order;
    int32_t *count; /* horizon + 2 */
} tz_room;

int tz_room_make(const tz_problem *p, tz_room *room);
void tz_room_end(tz_room *room);

/* Each returns 0, or -1 when the horizon (or the date a task is released) leaves no place. */
int tz_list_by_priority(const tz_problem *p, tz_room *room, const int64_t *priority, int32_t *order);
int tz_list_of(const tz_problem *p, tz_room *room, const int32_t *start, int32_t *order);
int tz_serial(const tz_problem *p, tz_room *room, const int32_t *order, int32_t *start, int32_t *chosen);
int tz_parallel(const tz_problem *p, tz_room *room, const int64_t *priority, int32_t *start, int32_t *chosen);
int tz_right(const tz_problem *p, tz_room *room, int32_t end, int32_t *start, int32_t *chosen);
int tz_left(const tz_problem *p, tz_room *room, int32_t *start, int32_t *chosen);
int tz_justify(const tz_problem *p, tz_room *room, int32_t *start, int32_t *chosen, int32_t *spare, int32_t *spare_chosen);
int64_t tz_cost(const tz_problem *p, const int32_t *start);

#endif
