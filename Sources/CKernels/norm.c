#include "clones.h"

INLINE void normalize(const float *row, const float *w, const float *b, void *y, mvp_type type, long at, float mean,
                      float rstd, long columns) {
  for (long c = 0; c < columns; c++) store(y, type, at + c, (row[c] - mean) * rstd * w[c] + b[c]);
}

INLINE void layer_norm_rows(const float *x, const float *w, const float *b, void *y, mvp_type type, float *mean,
                            float *rstd, long rows, long columns, float epsilon) {
  VECTOR_SUMS
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    float sum = 0;
    for (long c = 0; c < columns; c++) sum += row[c];
    float m = sum / (float)columns;
    float squares = 0;
    for (long c = 0; c < columns; c++) {
      float d = row[c] - m;
      squares += d * d;
    }
    float scale = 1.0f / __builtin_elementwise_sqrt(squares / (float)columns + epsilon);
    if (mean) {
      mean[r] = m;
      rstd[r] = scale;
    }
    normalize(row, w, b, y, type, r * columns, m, scale, columns);
  }
}

CLONES void mvp_layer_norm(const float *x, const float *w, const float *b, mvp_array y, float *mean, float *rstd,
                           long rows, long columns, float epsilon) {
#define BODY(T) layer_norm_rows(x, w, b, y.data, T, mean, rstd, rows, columns, epsilon)
  FOR_TYPE(y.type, BODY)
#undef BODY
}

INLINE void normalize_rows(const float *x, const float *w, const float *b, mvp_stripes y, mvp_type type,
                           const float *mean, const float *rstd, long rows, long columns) {
  const long whole = columns / MVP_STRIPE * MVP_STRIPE;
  for (long r = 0; r < rows; r++, x += columns) {
    long at = r * y.row;
    for (long c = 0; c < whole; c += MVP_STRIPE, at += y.stripe) {
      normalize(x + c, w + c, b + c, y.data, type, at, mean[r], rstd[r], MVP_STRIPE);
    }
    normalize(x + whole, w + whole, b + whole, y.data, type, at, mean[r], rstd[r], columns - whole);
  }
}

CLONES void mvp_layer_norm_again(const float *x, const float *w, const float *b, mvp_stripes y, const float *mean,
                                 const float *rstd, long rows, long columns) {
#define BODY(T) normalize_rows(x, w, b, y, T, mean, rstd, rows, columns)
  FOR_TYPE(y.type, BODY)
#undef BODY
}

INLINE void layer_norm_backward_rows(const float *x, const float *w, const void *dy, mvp_type type, const float *mean,
                                     const float *rstd, float *dx, bool accumulate, float *dw, float *db, long rows,
                                     long columns) {
  VECTOR_SUMS
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    long at = r * columns;
    float m = mean[r], scale = rstd[r];
    float sum = 0, dot = 0;
    for (long c = 0; c < columns; c++) {
      float g = load(dy, type, at + c) * w[c];
      sum += g;
      dot += g * (row[c] - m);
    }
    if (dw) {
      for (long c = 0; c < columns; c++) dw[c] += load(dy, type, at + c) * (row[c] - m) * scale;
      for (long c = 0; c < columns; c++) db[c] += load(dy, type, at + c);
    }
    if (dx) {
      float *out = dx + at;
      float a = sum / (float)columns;
      float k = dot * scale * scale / (float)columns;
      if (accumulate) {
        for (long c = 0; c < columns; c++) out[c] += scale * (load(dy, type, at + c) * w[c] - a - (row[c] - m) * k);
      } else {
        for (long c = 0; c < columns; c++) out[c] = scale * (load(dy, type, at + c) * w[c] - a - (row[c] - m) * k);
      }
    }
  }
}

CLONES void mvp_layer_norm_backward(const float *x, const float *w, mvp_array dy, const float *mean, const float *rstd,
                                    float *dx, bool accumulate, float *dw, float *db, long rows, long columns) {
#define BODY(T) \
  layer_norm_backward_rows(x, w, dy.data, T, mean, rstd, dx, accumulate, dw, db, rows, columns)
  FOR_TYPE(dy.type, BODY)
#undef BODY
}

CLONES void mvp_l2_normalize(const float *x, float *y, float *inverse, long rows, long columns, float epsilon) {
  VECTOR_SUMS
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    float sum = 0;
    for (long c = 0; c < columns; c++) sum += row[c] * row[c];
    float norm = __builtin_elementwise_sqrt(sum);
    float factor = 1.0f / (norm > epsilon ? norm : epsilon);
    inverse[r] = factor;
    for (long c = 0; c < columns; c++) y[r * columns + c] = row[c] * factor;
  }
}

CLONES void mvp_l2_normalize_backward(const float *y, const float *inverse, const float *dy, float *dx, bool accumulate,
                                      long rows, long columns, float epsilon) {
  VECTOR_SUMS
  for (long r = 0; r < rows; r++) {
    const float *row = y + r * columns;
    const float *grad = dy + r * columns;
    float *out = dx + r * columns;
    float dot = 0;
    for (long c = 0; c < columns; c++) dot += row[c] * grad[c];
    if (inverse[r] * epsilon >= 1.0f) dot = 0;  // below epsilon the factor is a constant
    float factor = inverse[r];
    if (accumulate) {
      for (long c = 0; c < columns; c++) out[c] += factor * (grad[c] - row[c] * dot);
    } else {
      for (long c = 0; c < columns; c++) out[c] = factor * (grad[c] - row[c] * dot);
    }
  }
}
