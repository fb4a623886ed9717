#include "clones.h"

// The largest of n values, in 16 lanes: a plain maximum is not reordered by the compiler.
INLINE float row_max(const float *x, long n) {
  float lanes[16];
  for (int l = 0; l < 16; l++) lanes[l] = x[0];
  long i = 0;
  for (; i + 16 <= n; i += 16) {
    for (int l = 0; l < 16; l++) lanes[l] = x[i + l] > lanes[l] ? x[i + l] : lanes[l];
  }
  for (int width = 8; width > 0; width /= 2) {
    for (int l = 0; l < width; l++) lanes[l] = lanes[l + width] > lanes[l] ? lanes[l + width] : lanes[l];
  }
  float top = lanes[0];
  for (; i < n; i++) top = x[i] > top ? x[i] : top;
  return top;
}

// Rows are short and rarely a multiple of a vector: they are worked on in copies that are padded to one, some rows at a
// time, so that the end of one row's sum is not waited for before the next begins.
enum { ROWS_AT_A_TIME = 8 };

INLINE void attention_softmax_rows(const float *s, const float *bias, void *p, mvp_type type, float *lines, long first,
                                   long rows, long columns, float scale, bool causal) {
  VECTOR_SUMS
  const long width = (columns + 15) / 16 * 16;
  __builtin_assume(width % 16 == 0);
  float tops[ROWS_AT_A_TIME], sums[ROWS_AT_A_TIME];
  for (long r = 0; r < rows; r++) {
    const long at = (first + r) * columns;
    float *line = lines + r * width;
    for (long c = columns / 16 * 16; c < width; c++) line[c] = -1e30f;
    if (bias) {
      for (long c = 0; c < columns; c++) line[c] = s[at + c] * scale + bias[at + c];
    } else {
      for (long c = 0; c < columns; c++) line[c] = s[at + c] * scale;
    }
    if (causal) {
      for (long c = (first + r) % columns + 1; c < columns; c++) line[c] = -1e30f;
    }
  }
  for (long r = 0; r < rows; r++) tops[r] = row_max(lines + r * width, width);
  for (long r = 0; r < rows; r++) {
    float *line = lines + r * width;
    float sum = 0;
    for (long c = 0; c < width; c++) {
      float e = vexp(line[c] - tops[r]);
      line[c] = e;
      sum += e;
    }
    sums[r] = sum;
  }
  for (long r = 0; r < rows; r++) {
    // Each place of the padding added exp(-87): nothing in float32.
    const long at = (first + r) * columns;
    const float *line = lines + r * width, inverse = 1.0f / sums[r];
    for (long c = 0; c < columns; c++) store(p, type, at + c, line[c] * inverse);
    if (causal) {
      for (long c = (first + r) % columns + 1; c < columns; c++) store(p, type, at + c, 0);
    }
  }
}

CLONES void mvp_attention_softmax(const float *s, const float *bias, mvp_array p, long rows, long columns, float scale,
                                  bool causal) {
  float lines[ROWS_AT_A_TIME * (columns + 15)];
  for (long r = 0; r < rows; r += ROWS_AT_A_TIME) {
    const long count = rows - r < ROWS_AT_A_TIME ? rows - r : ROWS_AT_A_TIME;
#define BODY(T) attention_softmax_rows(s, bias, p.data, T, lines, r, count, columns, scale, causal)
    FOR_TYPE(p.type, BODY)
#undef BODY
  }
}

INLINE void softmax_backward_rows(const void *p, const float *dp, void *ds, mvp_type type, float *dbias, long rows,
                                  long columns, float scale) {
  VECTOR_SUMS
  for (long r = 0; r < rows; r++) {
    long at = r * columns;
    float dot = 0;
    for (long c = 0; c < columns; c++) dot += load(p, type, at + c) * dp[at + c];
    if (dbias) {
      for (long c = 0; c < columns; c++) dbias[at + c] += load(p, type, at + c) * (dp[at + c] - dot);
    }
    for (long c = 0; c < columns; c++)
      store(ds, type, at + c, scale * load(p, type, at + c) * (dp[at + c] - dot));
  }
}

CLONES void mvp_softmax_backward(mvp_array p, const float *dp, mvp_array ds, float *dbias, long rows, long columns,
                                 float scale) {
#define BODY(T) softmax_backward_rows(p.data, dp, ds.data, T, dbias, rows, columns, scale)
  FOR_TYPE(p.type, BODY)
#undef BODY
}

CLONES void mvp_row_argmax(const float *x, int32_t *places, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    const float top = row_max(row, columns);
    long place = 0;
    while (place < columns - 1 && row[place] != top) place++;
    // A row that begins with nan has no largest value by comparison alone.
    if (row[place] != top) {
      place = 0;
      for (long c = 1; c < columns; c++) {
        if (row[c] > row[place] || (row[place] != row[place] && row[c] == row[c])) place = c;
      }
    }
    places[r] = (int32_t)place;
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

CLONES double mvp_softmax_entropy(const float *x, float *dx, float scale, long rows, long columns) {
  VECTOR_SUMS
  double total = 0;
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    const float top = row_max(row, columns);
    float sum = 0, mean = 0;
    for (long c = 0; c < columns; c++) {
      const float e = vexp(row[c] - top);
      sum += e;
      mean += e * (row[c] - top);
    }
    const float inverse = 1.0f / sum, log_sum = logf(sum), entropy = log_sum - mean * inverse;
    total += entropy;
    if (!dx) continue;
    float *out = dx + r * columns;
    for (long c = 0; c < columns; c++) {
      const float log_p = row[c] - top - log_sum;
      out[c] = -scale * vexp(row[c] - top) * inverse * (log_p + entropy);
    }
  }
  return total;
}
