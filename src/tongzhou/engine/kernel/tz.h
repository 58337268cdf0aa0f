/* What every source of the kernel shares. Nothing here allocates: all memory is the caller's. */
#ifndef TZ_H
#define TZ_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define TZ_API __declspec(dllexport)
#else
#define TZ_API __attribute__((visibility("default")))
#endif

/* Sentinels of int32 arrays of moments: no bound, unknown. */
#define TZ_NONE INT32_MIN

/* Output i of the SplitMix64 stream of `seed` (Steele, Lea, Flood 2014), reached without the outputs before it. */
static inline uint64_t tz_mix(uint64_t seed, uint64_t i) {
    uint64_t z = seed + (i + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

#endif
