#include "clones.h"

CLONES void mvp_column_squares(const float *x, const float *mean, float *sums, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    for (long c = 0; c < columns; c++) {
      float d = row[c] - mean[c];
      sums[c] += d * d;
    }
  }
}

INLINE float normalized(float x, mvp_column_norm norm, long c) {
  return (x - norm.mean[c]) * norm.scale[c] + norm.shift[c];
}

CLONES void mvp_batch_norm(const float *x, mvp_column_norm norm, float *y, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    float *out = y + r * columns;
    if (norm.rectified) {
      for (long c = 0; c < columns; c++) {
        float value = normalized(row[c], norm, c);
        out[c] = value > 0 ? value : 0;
      }
    } else {
      for (long c = 0; c < columns; c++) out[c] = normalized(row[c], norm, c);
    }
  }
}

// The gradient that reaches the norm: none where its output was cut off.
INLINE float arriving(float dy, float x, mvp_column_norm norm, bool rectified, long c) {
  return !rectified || normalized(x, norm, c) > 0 ? dy : 0;
}

INLINE void batch_norm_sums(const float *x, mvp_column_norm norm, bool rectified, const float *dy, float *sums,
                            float *products, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns, *grad = dy + r * columns;
    for (long c = 0; c < columns; c++) {
      float g = arriving(grad[c], row[c], norm, rectified, c);
      sums[c] += g;
      products[c] += g * (row[c] - norm.mean[c]);
    }
  }
}

CLONES void mvp_batch_norm_sums(const float *x, mvp_column_norm norm, const float *dy, float *sums, float *products,
                                long rows, long columns) {
  if (norm.rectified) {
    batch_norm_sums(x, norm, true, dy, sums, products, rows, columns);
  } else {
    batch_norm_sums(x, norm, false, dy, sums, products, rows, columns);
  }
}

INLINE void batch_norm_backward(const float *x, mvp_column_norm norm, bool rectified, const float *dy,
                                const float *slope, const float *constant, float *dx, bool accumulate, long rows,
                                long columns) {
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns, *grad = dy + r * columns;
    float *out = dx + r * columns;
    for (long c = 0; c < columns; c++) {
      float d = norm.scale[c] * arriving(grad[c], row[c], norm, rectified, c) - constant[c] -
                (row[c] - norm.mean[c]) * slope[c];
      out[c] = accumulate ? out[c] + d : d;
    }
  }
}

CLONES void mvp_batch_norm_backward(const float *x, mvp_column_norm norm, const float *dy, const float *slope,
                                    const float *constant, float *dx, bool accumulate, long rows, long columns) {
  if (norm.rectified) {
    batch_norm_backward(x, norm, true, dy, slope, constant, dx, accumulate, rows, columns);
  } else {
    batch_norm_backward(x, norm, false, dy, slope, constant, dx, accumulate, rows, columns);
  }
}
