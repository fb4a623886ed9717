#include "clones.h"

void mvp_gather_windows(mvp_array x, long height, long width, long channels, long first, long count, void *windows) {
  const long pixel = channels * (x.type == MVP_BFLOAT16 ? 2 : 4);
  char *out = windows;
  for (long index = first; index < first + count; index++) {
    const long line = index / width, column = index % width, row = line % height;
    const long left = column > 0 ? -1 : 0, right = column < width - 1 ? 1 : 0;
    for (long dy = -1; dy <= 1; dy++, out += 3 * pixel) {
      if (row + dy < 0 || row + dy >= height) {
        memset(out, 0, (size_t)(3 * pixel));
        continue;
      }
      if (left == 0) memset(out, 0, (size_t)pixel);
      if (right == 0) memset(out + 2 * pixel, 0, (size_t)pixel);
      const char *from = (const char *)x.data + ((line + dy) * width + column + left) * pixel;
      memcpy(out + (1 + left) * pixel, from, (size_t)((1 + right - left) * pixel));
    }
  }
}

CLONES void mvp_max_pool(const float *x, float *y, long width, long channels) {
  for (long i = 0; i < width / 2; i++) {
    const float *a = x + 2 * i * channels, *b = a + channels, *c = a + width * channels, *d = c + channels;
    float *out = y + i * channels;
    for (long j = 0; j < channels; j++) {
      float upper = a[j] > b[j] ? a[j] : b[j], lower = c[j] > d[j] ? c[j] : d[j];
      out[j] = upper > lower ? upper : lower;
    }
  }
}

CLONES void mvp_max_pool_backward(const float *x, const float *dy, float *dx, long width, long channels) {
  for (long i = 0; i < width / 2; i++) {
    const long at = 2 * i * channels, under = at + width * channels;
    const float *a = x + at, *b = a + channels, *c = x + under, *d = c + channels;
    float *da = dx + at, *db = da + channels, *dc = dx + under, *dd = dc + channels;
    for (long j = 0; j < channels; j++) {
      const float g = dy[i * channels + j];
      const bool left = a[j] >= b[j], below = c[j] >= d[j];
      const bool upper = (left ? a[j] : b[j]) >= (below ? c[j] : d[j]);
      da[j] += upper && left ? g : 0;
      db[j] += upper && !left ? g : 0;
      dc[j] += !upper && below ? g : 0;
      dd[j] += !upper && !below ? g : 0;
    }
  }
}

CLONES void mvp_scale_columns(const float *x, const float *factors, float *y, float keep, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    const float *row = x + r * columns;
    float *out = y + r * columns;
    if (keep == 0) {
      for (long c = 0; c < columns; c++) out[c] = factors[c] * row[c];
    } else {
      for (long c = 0; c < columns; c++) out[c] = factors[c] * row[c] + keep * out[c];
    }
  }
}
