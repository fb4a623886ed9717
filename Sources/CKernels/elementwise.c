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

INLINE void add_bias(const float *x, const float *bias, void *y, mvp_type type, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    for (long c = 0; c < columns; c++) store(y, type, r * columns + c, x[r * columns + c] + bias[c]);
  }
}

CLONES void mvp_add_bias(const float *x, const float *bias, mvp_array y, long rows, long columns) {
#define BODY(T) add_bias(x, bias, y.data, T, rows, columns)
  FOR_TYPE(y.type, BODY)
#undef BODY
}

INLINE void column_sums(const void *x, mvp_type type, float *sums, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    for (long c = 0; c < columns; c++) sums[c] += load(x, type, r * columns + c);
  }
}

CLONES void mvp_column_sums(mvp_array x, float *sums, long rows, long columns) {
#define BODY(T) column_sums(x.data, T, sums, rows, columns)
  FOR_TYPE(x.type, BODY)
#undef BODY
}

INLINE float sigmoid(float x) { return 1.0f / (1.0f + vexp(-x)); }

INLINE void gate(const void *x, void *y, mvp_type type, long rows, long width) {
  for (long r = 0; r < rows; r++) {
    for (long i = 0; i < width; i++) {
      float open = load(x, type, 2 * r * width + i), value = load(x, type, (2 * r + 1) * width + i);
      store(y, type, r * width + i, open * sigmoid(open) * value);
    }
  }
}

CLONES void mvp_gate(mvp_array x, mvp_array y, long rows, long width) {
#define BODY(T) gate(x.data, y.data, T, rows, width)
  FOR_TYPE(x.type, BODY)
#undef BODY
}

INLINE void gate_backward(const void *x, const void *dy, void *dx, mvp_type type, long rows, long width) {
  for (long r = 0; r < rows; r++) {
    for (long i = 0; i < width; i++) {
      const long at = 2 * r * width + i;
      float open = load(x, type, at), value = load(x, type, at + width), upper = load(dy, type, r * width + i);
      float share = sigmoid(open);
      store(dx, type, at, upper * value * share * (1.0f + open * (1.0f - share)));
      store(dx, type, at + width, upper * open * share);
    }
  }
}

CLONES void mvp_gate_backward(mvp_array x, mvp_array dy, mvp_array dx, long rows, long width) {
#define BODY(T) gate_backward(x.data, dy.data, dx.data, T, rows, width)
  FOR_TYPE(x.type, BODY)
#undef BODY
}
