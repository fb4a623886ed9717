#include "clones.h"

CLONES void mvp_fill(float *x, float value, long n) {
  for (long i = 0; i < n; i++) x[i] = value;
}

CLONES void mvp_axpby(const float *x, float a, float *y, float b, long n) {
  if (b == 0) {
    for (long i = 0; i < n; i++) y[i] = a * x[i];
  } else {
    for (long i = 0; i < n; i++) y[i] = a * x[i] + b * y[i];
  }
}

CLONES void mvp_add(const float *x, const float *y, float *z, long n) {
  for (long i = 0; i < n; i++) z[i] = x[i] + y[i];
}

// Float lanes over blocks of 4096, blocks added in double.
CLONES double mvp_sum_squares(const float *x, long n) {
  double total = 0;
  for (long start = 0; start < n; start += 4096) {
    VECTOR_SUMS
    long end = start + 4096 < n ? start + 4096 : n;
    float sum = 0;
    for (long i = start; i < end; i++) sum += x[i] * x[i];
    total += sum;
  }
  return total;
}

CLONES double mvp_dot(const float *x, const float *y, long n) {
  double total = 0;
  for (long start = 0; start < n; start += 4096) {
    VECTOR_SUMS
    long end = start + 4096 < n ? start + 4096 : n;
    float sum = 0;
    for (long i = start; i < end; i++) sum += x[i] * y[i];
    total += sum;
  }
  return total;
}

INLINE void convert(const void *x, mvp_type from, void *y, mvp_type to, long n) {
  for (long i = 0; i < n; i++) store(y, to, i, load(x, from, i));
}

CLONES void mvp_convert(mvp_array x, mvp_array y, long n) {
  if (x.type == y.type) {
    memcpy(y.data, x.data, (size_t)n * (x.type == MVP_BFLOAT16 ? 2 : 4));
  } else if (x.type == MVP_FLOAT32) {
    convert(x.data, MVP_FLOAT32, y.data, MVP_BFLOAT16, n);
  } else {
    convert(x.data, MVP_BFLOAT16, y.data, MVP_FLOAT32, n);
  }
}

// Tiles of a row in float32 first, stored in y's type then: each of the two loops vectorises better alone.
enum { TILE = 256 };

INLINE void activation_rows(const float *z, const float *bias, void *y, void *slope, mvp_type type, long rows,
                            long columns, mvp_activation activation, bool keep) {
  float values[TILE], derivatives[TILE];
  for (long r = 0; r < rows; r++) {
    for (long start = 0; start < columns; start += TILE) {
      long n = columns - start < TILE ? columns - start : TILE;
      long at = r * columns + start;
      const float *in = z + at;
      if (bias) {
        for (long c = 0; c < n; c++) values[c] = in[c] + bias[start + c];
      } else {
        for (long c = 0; c < n; c++) values[c] = in[c];
      }
      for (long c = 0; c < n; c++) {
        float x = values[c];
        if (activation == MVP_ACTIVATION_GELU) {
          float density;
          float cdf = normal_cdf(x, &density);
          values[c] = x * cdf;
          derivatives[c] = cdf + x * density;
        } else if (activation == MVP_ACTIVATION_QUICK_GELU) {
          float sigmoid = 1.0f / (1.0f + vexp(-1.702f * x));
          values[c] = x * sigmoid;
          derivatives[c] = sigmoid * (1.0f + 1.702f * x * (1.0f - sigmoid));
        }
      }
      for (long c = 0; c < n; c++) store(y, type, at + c, values[c]);
      if (keep) {
        for (long c = 0; c < n; c++) store(slope, type, at + c, derivatives[c]);
      }
    }
  }
}

CLONES void mvp_bias_activation(const float *z, const float *bias, mvp_array y, mvp_array slope, long rows,
                                long columns, mvp_activation activation) {
#define ROWS(T, kind, keep) activation_rows(z, bias, y.data, slope.data, T, rows, columns, kind, keep)
#define BODY(T) \
  if (activation == MVP_ACTIVATION_NONE) ROWS(T, MVP_ACTIVATION_NONE, false); \
  else if (activation == MVP_ACTIVATION_GELU && slope.data) ROWS(T, MVP_ACTIVATION_GELU, true); \
  else if (activation == MVP_ACTIVATION_GELU) ROWS(T, MVP_ACTIVATION_GELU, false); \
  else if (slope.data) ROWS(T, MVP_ACTIVATION_QUICK_GELU, true); \
  else ROWS(T, MVP_ACTIVATION_QUICK_GELU, false)
  FOR_TYPE(y.type, BODY)
#undef BODY
#undef ROWS
}

INLINE void activation_backward_rows(const void *dy, mvp_type from, const void *slope, void *dz, mvp_type to, float *db,
                                     long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    long at = r * columns;
    if (slope && db) {
      for (long c = 0; c < columns; c++) {
        float d = load(dy, from, at + c) * load(slope, to, at + c);
        store(dz, to, at + c, d);
        db[c] += d;
      }
    } else if (slope) {
      for (long c = 0; c < columns; c++)
        store(dz, to, at + c, load(dy, from, at + c) * load(slope, to, at + c));
    } else {
      if (db) {
        for (long c = 0; c < columns; c++) db[c] += load(dy, from, at + c);
      }
      if (dz && dz != dy) {
        for (long c = 0; c < columns; c++) store(dz, to, at + c, load(dy, from, at + c));
      }
    }
  }
}

CLONES void mvp_activation_backward(mvp_array dy, mvp_array slope, mvp_array dz, float *db, long rows, long columns) {
#define BODY(T) \
  if (dy.type == MVP_FLOAT32) \
    activation_backward_rows(dy.data, MVP_FLOAT32, slope.data, dz.data, T, db, rows, columns); \
  else activation_backward_rows(dy.data, MVP_BFLOAT16, slope.data, dz.data, T, db, rows, columns)
  FOR_TYPE(dz.type, BODY)
#undef BODY
}

CLONES void mvp_column_sums(const float *x, long rows, long columns, float *out) {
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    for (long c = 0; c < columns; c++) out[c] += row[c];
  }
}
