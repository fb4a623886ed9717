#include "rank_sums.h"

void mvp_add_part(float *restrict sum, const float *restrict part, size_t count) {
  for (size_t i = 0; i < count; i++) sum[i] += part[i];
}
