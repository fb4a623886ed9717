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

CLONES void mvp_multiply(const float *x, const float *y, float *z, long n) {
  for (long i = 0; i < n; i++) z[i] = x[i] * y[i];
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

INLINE void gelu_rows(float *y, const float *bias, float *slope, long rows, long columns, bool keep) {
  for (long r = 0; r < rows; r++) {
    float *row = y + r * columns;
    float *slope_row = keep ? slope + r * columns : row;
    for (long c = 0; c < columns; c++) {
      float x = row[c] + (bias ? bias[c] : 0);
      float density;
      float cdf = normal_cdf(x, &density);
      if (keep) slope_row[c] = cdf + x * density;
      row[c] = x * cdf;
    }
  }
}

INLINE void quick_gelu_rows(float *y, const float *bias, float *slope, long rows, long columns, bool keep) {
  for (long r = 0; r < rows; r++) {
    float *row = y + r * columns;
    float *slope_row = keep ? slope + r * columns : row;
    for (long c = 0; c < columns; c++) {
      float x = row[c] + (bias ? bias[c] : 0);
      float sigmoid = 1.0f / (1.0f + vexp(-1.702f * x));
      if (keep) slope_row[c] = sigmoid * (1.0f + 1.702f * x * (1.0f - sigmoid));
      row[c] = x * sigmoid;
    }
  }
}

CLONES void mvp_bias_activation(float *y, const float *bias, float *slope, long rows, long columns,
                                mvp_activation activation) {
  if (activation == MVP_ACTIVATION_GELU) {
    if (slope) gelu_rows(y, bias, slope, rows, columns, true);
    else gelu_rows(y, bias, slope, rows, columns, false);
  } else if (activation == MVP_ACTIVATION_QUICK_GELU) {
    if (slope) quick_gelu_rows(y, bias, slope, rows, columns, true);
    else quick_gelu_rows(y, bias, slope, rows, columns, false);
  } else if (bias) {
    for (long r = 0; r < rows; r++) {
      float *row = y + r * columns;
      for (long c = 0; c < columns; c++) row[c] += bias[c];
    }
  }
}

CLONES void mvp_column_sums(const float *x, long rows, long columns, float *out) {
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    for (long c = 0; c < columns; c++) out[c] += row[c];
  }
}
