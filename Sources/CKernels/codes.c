#include "clones.h"

// Below this the series is good to 1e-8 of the value, where 1 - 2 / (e^2x + 1) loses the small digits.
#define SERIES_UNTIL 0.25f

INLINE float tangent(float x) {
  float size = __builtin_elementwise_abs(x), square = x * x;
  float series = 2.186948853e-2f;
  series = series * square - 5.396825397e-2f;
  series = series * square + 1.333333333e-1f;
  series = series * square - 3.333333333e-1f;
  series = x + x * square * series;
  float far = 1.0f - 2.0f / (vexp(2.0f * size) + 1.0f);
  return size < SERIES_UNTIL ? series : x < 0 ? -far : far;
}

CLONES void mvp_tanh(const float *x, float *y, long n) {
  for (long i = 0; i < n; i++) y[i] = tangent(x[i]);
}

CLONES void mvp_tanh_backward(const float *y, const float *dy, float *dx, bool accumulate, long n) {
  if (accumulate) {
    for (long i = 0; i < n; i++) dx[i] += dy[i] * (1.0f - y[i] * y[i]);
  } else {
    for (long i = 0; i < n; i++) dx[i] = dy[i] * (1.0f - y[i] * y[i]);
  }
}
