#include "rank_sums.h"

#include <string.h>

void mvp_add_part(float *restrict sum, const float *restrict part, size_t count) {
  for (size_t i = 0; i < count; i++) sum[i] += part[i];
}

static uint16_t half(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  // What is no number stays none, whatever its lower bits are.
  if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 0x40);
  // To the nearest, to the even one of two.
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static float whole(uint16_t half) {
  uint32_t bits = (uint32_t)half << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

void mvp_to_halves(uint16_t *restrict halves, const float *restrict values, size_t count) {
  for (size_t i = 0; i < count; i++) halves[i] = half(values[i]);
}

void mvp_from_halves(float *restrict values, const uint16_t *restrict halves, size_t count) {
  for (size_t i = 0; i < count; i++) values[i] = whole(halves[i]);
}

void mvp_add_halves(float *restrict sum, const uint16_t *restrict part, size_t count) {
  for (size_t i = 0; i < count; i++) sum[i] += whole(part[i]);
}
