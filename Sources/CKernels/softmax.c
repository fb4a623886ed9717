#include "clones.h"

INLINE float row_max(const float *x, long n) {
  VECTOR_SUMS
  float top = x[0];
  for (long i = 1; i < n; i++) top = x[i] > top ? x[i] : top;
  return top;
}

CLONES void mvp_attention_softmax(float *s, const float *bias, long rows, long columns, float scale, bool causal) {
  VECTOR_SUMS
  for (long r = 0; r < rows; r++) {
    float *row = s + r * columns;
    long n = causal ? r + 1 : columns;
    if (bias) {
      const float *b = bias + r * columns;
      for (long c = 0; c < n; c++) row[c] = row[c] * scale + b[c];
    } else {
      for (long c = 0; c < n; c++) row[c] *= scale;
    }
    float top = row_max(row, n);
    float sum = 0;
    for (long c = 0; c < n; c++) {
      float e = vexp(row[c] - top);
      row[c] = e;
      sum += e;
    }
    float inverse = 1.0f / sum;
    for (long c = 0; c < n; c++) row[c] *= inverse;
    for (long c = n; c < columns; c++) row[c] = 0;
  }
}

CLONES void mvp_softmax_backward(const float *p, float *dp, long rows, long columns) {
  VECTOR_SUMS
  for (long r = 0; r < rows; r++) {
    const float *row = p + r * columns;
    float *grad = dp + r * columns;
    float dot = 0;
    for (long c = 0; c < columns; c++) dot += row[c] * grad[c];
    for (long c = 0; c < columns; c++) grad[c] = row[c] * (grad[c] - dot);
  }
}

CLONES void mvp_softmax_rows(const float *x, const float *center, float *y, long rows, long columns,
                             float inverse_temperature) {
  VECTOR_SUMS
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    float *out = y + r * columns;
    if (center) {
      for (long c = 0; c < columns; c++) out[c] = (row[c] - center[c]) * inverse_temperature;
    } else {
      for (long c = 0; c < columns; c++) out[c] = row[c] * inverse_temperature;
    }
    float top = row_max(out, columns);
    float sum = 0;
    for (long c = 0; c < columns; c++) {
      float e = vexp(out[c] - top);
      out[c] = e;
      sum += e;
    }
    float inverse = 1.0f / sum;
    for (long c = 0; c < columns; c++) out[c] *= inverse;
  }
}

CLONES double mvp_cross_entropy(const float *x, const int32_t *labels, const float *targets, float smoothing,
                                float inverse_temperature, float *dx, float scale, long rows, long columns) {
  VECTOR_SUMS
  double total = 0;
  float spread = smoothing / (float)columns;
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    const float *target = targets ? targets + r * columns : NULL;
    float top = row_max(row, columns);
    float sum = 0;
    for (long c = 0; c < columns; c++) sum += vexp((row[c] - top) * inverse_temperature);
    float log_sum = logf(sum);
    float expected = 0, mass = 1;
    if (target) {
      mass = 0;
      for (long c = 0; c < columns; c++) {
        expected += target[c] * (row[c] - top);
        mass += target[c];
      }
    } else {
      expected = (1 - smoothing) * (row[labels[r]] - top);
      if (smoothing > 0) {
        float all = 0;
        for (long c = 0; c < columns; c++) all += row[c] - top;
        expected += spread * all;
      }
    }
    total += mass * log_sum - expected * inverse_temperature;
    if (dx) {
      float *out = dx + r * columns;
      float factor = scale * inverse_temperature;
      float inverse = mass / sum;
      if (target) {
        for (long c = 0; c < columns; c++)
          out[c] = factor * (vexp((row[c] - top) * inverse_temperature) * inverse - target[c]);
      } else {
        for (long c = 0; c < columns; c++)
          out[c] = factor * (vexp((row[c] - top) * inverse_temperature) * inverse - spread);
        out[labels[r]] -= factor * (1 - smoothing);
      }
    }
  }
  return total;
}
