/* Random numbers by index: number i of a seed does not depend on the numbers before it, so runs can be cut and joined. */
#include "tz.h"

#ifndef TZ_STAMP
#define TZ_STAMP "tongzhou-kernel:none"
#endif

/* Which sources this library was made from. */
TZ_API const char *tz_stamp(void) { return TZ_STAMP; }

/* out[i] = number first+i of the stream, for i < count. */
TZ_API void tz_random(uint64_t seed, uint64_t first, int64_t count, uint64_t *out) {
    for (int64_t i = 0; i < count; i++) out[i] = tz_mix(seed, first + (uint64_t)i);
}
