#ifndef MVP_CLONES_H
#define MVP_CLONES_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "include/CKernels.h"

// ThreadSanitizer would watch the functions that choose a clone, which run before it is there.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))
// Sums may be reordered into vector lanes: the order is fixed by the compiled code, so results repeat on one CPU level.
#define VECTOR_SUMS _Pragma("clang fp reassociate(on) contract(fast)")

// Element i of an array of either type; where `type` is a constant after inlining the loops vectorise as if written for
// it.
INLINE float load(const void *data, mvp_type type, long i) {
  if (type == MVP_FLOAT32) return ((const float *)data)[i];
  uint32_t bits = (uint32_t)((const uint16_t *)data)[i] << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

// Rounds to nearest, ties to even.
INLINE void store(void *data, mvp_type type, long i, float value) {
  if (type == MVP_FLOAT32) {
    ((float *)data)[i] = value;
  } else {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    ((uint16_t *)data)[i] = (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  }
}

// Calls BODY(type) with the type as a constant.
#define FOR_TYPE(type, BODY) \
  if ((type) == MVP_BFLOAT16) { \
    BODY(MVP_BFLOAT16); \
  } else { \
    BODY(MVP_FLOAT32); \
  }

// Stores columns [column, column + count) of a row, `column` being where a stripe begins.
INLINE void store_stripes(mvp_stripes y, long row, long column, const float *values, long count) {
  for (long i = 0; i < count; i += MVP_STRIPE) {
    const long at = row * y.row + (column + i) / MVP_STRIPE * y.stripe;
    const long width = count - i < MVP_STRIPE ? count - i : MVP_STRIPE;
#define BODY(T) \
  for (long c = 0; c < width; c++) store(y.data, T, at + c, values[i + c])
    FOR_TYPE(y.type, BODY)
#undef BODY
  }
}

// exp to about 1e-7 relative, branch-free (Cephes polynomial); saturates outside float's range.
INLINE float vexp(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  const float shifter = 12582912.0f;  // 1.5 * 2^23: adding and subtracting rounds to an integer
  float n = (x * 1.44269504088896341f + shifter) - shifter;
  float r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  int32_t bits = ((int32_t)n + 127) << 23;
  float power;
  memcpy(&power, &bits, 4);
  return p * power;
}

// Standard normal distribution function, and its density by `density`; about 1e-7 absolute
// (Abramowitz and Stegun 7.1.26 for the error function).
INLINE float normal_cdf(float x, float *density) {
  float z = __builtin_elementwise_abs(x) * 0.70710678118654752f;
  float t = 1.0f / (1.0f + 0.3275911f * z);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  // Beyond 12.6 the tail would be a subnormal number, with which Emerald Rapids took ten times as long.
  float gauss = vexp(-z * z < -80.0f ? -80.0f : -z * z);
  float tail = 0.5f * p * t * gauss;
  *density = 0.3989422804014327f * gauss;
  return x >= 0 ? 1.0f - tail : tail;
}

#endif
