#ifndef MVP_RANK_SUMS_H
#define MVP_RANK_SUMS_H

#include <stddef.h>
#include <stdint.h>

/// sum[i] += part[i]
void mvp_add_part(float *sum, const float *part, size_t count);

/// bfloat16 of floats, rounded to the nearest, and floats of bfloat16.
void mvp_to_halves(uint16_t *halves, const float *values, size_t count);
void mvp_from_halves(float *values, const uint16_t *halves, size_t count);

/// sum[i] += part[i], which is bfloat16
void mvp_add_halves(float *sum, const uint16_t *part, size_t count);

#endif
