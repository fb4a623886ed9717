#include "clones.h"

CLONES void mvp_row_cosines(const float *a, const float *b, float *cosine, float *norm_a, float *norm_b, long rows,
                            long columns) {
  VECTOR_SUMS
  for (long r = 0; r < rows; r++) {
    const float *p = a + r * columns, *t = b + r * columns;
    float dot = 0, pp = 0, tt = 0;
    for (long c = 0; c < columns; c++) {
      dot += p[c] * t[c];
      pp += p[c] * p[c];
      tt += t[c] * t[c];
    }
    float na = __builtin_elementwise_sqrt(pp), nb = __builtin_elementwise_sqrt(tt);
    na = na < 1e-8f ? 1e-8f : na;
    nb = nb < 1e-8f ? 1e-8f : nb;
    cosine[r] = dot / (na * nb);
    norm_a[r] = na;
    norm_b[r] = nb;
  }
}

CLONES void mvp_cosine_backward(const float *a, const float *b, const float *cosine, const float *norm_a,
                                const float *norm_b, const float *weights, float scale, float *da, bool accumulate,
                                long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    const float *p = a + r * columns, *t = b + r * columns;
    float *out = da + r * columns;
    float factor = scale * (weights ? weights[r] : 1.0f);
    float along_target = factor / (norm_a[r] * norm_b[r]);
    float norm = norm_a[r];
    if (norm <= 1e-8f) {
      // Held at the floor: as torch has it, the slope of the norm is still that of the true one.
      float squares = 0;
      for (long c = 0; c < columns; c++) squares += p[c] * p[c];
      norm = __builtin_elementwise_sqrt(squares);
    }
    float along_self = norm > 0 ? factor * cosine[r] / (norm_a[r] * norm) : 0.0f;
    for (long c = 0; c < columns; c++) {
      float d = along_target * t[c] - along_self * p[c];
      out[c] = accumulate ? out[c] + d : d;
    }
  }
}

CLONES double mvp_smooth_l1(const float *p, const float *t, const float *weights, float beta, float scale, float *dp,
                            bool accumulate, long rows, long columns) {
  VECTOR_SUMS
  double total = 0;
  for (long r = 0; r < rows; r++) {
    const float *x = p + r * columns, *y = t + r * columns;
    float weight = weights ? weights[r] : 1.0f;
    float sum = 0;
    for (long c = 0; c < columns; c++) {
      float d = x[c] - y[c], size = __builtin_elementwise_abs(d);
      sum += size < beta ? 0.5f * d * d / beta : size - 0.5f * beta;
    }
    total += weight * sum / (float)columns;
    if (!dp) continue;
    float *out = dp + r * columns;
    float factor = scale * weight / (float)columns;
    for (long c = 0; c < columns; c++) {
      float d = x[c] - y[c];
      float slope = __builtin_elementwise_abs(d) < beta ? d / beta : d > 0 ? 1.0f : d < 0 ? -1.0f : 0.0f;
      out[c] = accumulate ? out[c] + factor * slope : factor * slope;
    }
  }
  return total;
}

CLONES double mvp_squared_error(const float *p, const float *t, const float *weights, float scale, float *dp,
                                bool accumulate, long rows, long columns) {
  VECTOR_SUMS
  double total = 0;
  for (long r = 0; r < rows; r++) {
    const float *x = p + r * columns, *y = t + r * columns;
    float weight = weights ? weights[r] : 1.0f;
    float sum = 0;
    for (long c = 0; c < columns; c++) sum += (x[c] - y[c]) * (x[c] - y[c]);
    total += weight * sum / (float)columns;
    if (!dp) continue;
    float *out = dp + r * columns;
    float factor = 2 * scale * weight / (float)columns;
    for (long c = 0; c < columns; c++) {
      float d = factor * (x[c] - y[c]);
      out[c] = accumulate ? out[c] + d : d;
    }
  }
  return total;
}
