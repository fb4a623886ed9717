#ifndef MVP_RANK_SUMS_H
#define MVP_RANK_SUMS_H

#include <stddef.h>

/// sum[i] += part[i]
void mvp_add_part(float *sum, const float *part, size_t count);

#endif
