#include "clones.h"

CLONES void mvp_blend(const float *x, float a, const float *y, float b, float *z, long n) {
  for (long i = 0; i < n; i++) z[i] = a * x[i] + b * y[i];
}

CLONES void mvp_stretch(const float *line, mvp_stretching to, float *out, long step, bool accumulate, long channels) {
  for (long i = 0; i < to.count; i++) {
    const float *left = line + to.lower[i] * channels, *right = line + to.upper[i] * channels;
    float *pixel = out + i * step;
    const float b = to.fraction[i], a = 1 - b;
    if (accumulate) {
      for (long c = 0; c < channels; c++) pixel[c] += a * left[c] + b * right[c];
    } else {
      for (long c = 0; c < channels; c++) pixel[c] = a * left[c] + b * right[c];
    }
  }
}

CLONES void mvp_stretch_backward(const float *dout, long step, mvp_stretching to, float *dline, long channels) {
  for (long i = 0; i < to.count; i++) {
    const float *pixel = dout + i * step;
    float *left = dline + to.lower[i] * channels, *right = dline + to.upper[i] * channels;
    const float b = to.fraction[i], a = 1 - b;
    for (long c = 0; c < channels; c++) left[c] += a * pixel[c];
    if (b == 0) continue;
    for (long c = 0; c < channels; c++) right[c] += b * pixel[c];
  }
}

CLONES void mvp_copy_columns(const float *x, long from, float *y, long to, float keep, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * from;
    float *out = y + r * to;
    if (keep == 0) {
      for (long c = 0; c < columns; c++) out[c] = row[c];
    } else {
      for (long c = 0; c < columns; c++) out[c] = row[c] + keep * out[c];
    }
  }
}

long mvp_labelled(const int32_t *labels, int32_t ignored, long classes, long n) {
  long count = 0;
  for (long i = 0; i < n; i++) {
    if (labels[i] == ignored) continue;
    if (labels[i] < 0 || labels[i] >= classes) return -1;
    count++;
  }
  return count;
}

double mvp_pixel_cross_entropy(const float *x, const int32_t *labels, int32_t ignored, float *dx, float scale,
                               long pixels, long classes) {
  double total = 0;
  for (long first = 0; first < pixels;) {
    const bool counts = labels[first] != ignored;
    long end = first + 1;
    while (end < pixels && (labels[end] != ignored) == counts) end++;
    float *out = dx ? dx + first * classes : NULL;
    if (counts) {
      total += mvp_cross_entropy(x + first * classes, labels + first, NULL, 0, 1, out, scale, end - first, classes);
    } else if (out) {
      mvp_fill(out, 0, (end - first) * classes);
    }
    first = end;
  }
  return total;
}
