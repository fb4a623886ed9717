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

// Values are compared in lanes, of which each keeps its first largest.
enum { LANES_OF_ROW = 16 };

CLONES void mvp_largest_columns(const float *x, int32_t *at, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    float largest[LANES_OF_ROW];
    int32_t place[LANES_OF_ROW];
    for (int lane = 0; lane < LANES_OF_ROW; lane++) {
      largest[lane] = -INFINITY;
      place[lane] = 0;
    }
    long c = 0;
    for (; c + LANES_OF_ROW <= columns; c += LANES_OF_ROW) {
      for (int lane = 0; lane < LANES_OF_ROW; lane++) {
        float value = row[c + lane];
        bool more = value > largest[lane];
        largest[lane] = more ? value : largest[lane];
        place[lane] = more ? (int32_t)(c + lane) : place[lane];
      }
    }
    float best = -INFINITY;
    int32_t first = 0;
    for (int lane = 0; lane < LANES_OF_ROW; lane++) {
      if (largest[lane] > best || (largest[lane] == best && place[lane] < first)) {
        best = largest[lane];
        first = place[lane];
      }
    }
    for (; c < columns; c++) {
      if (row[c] > best) {
        best = row[c];
        first = (int32_t)c;
      }
    }
    at[r] = first;
  }
}
