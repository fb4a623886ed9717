#include "clones.h"

INLINE void residual_rows(const float *x, const void *branch, mvp_type type, const float *gamma, float keep, float *y,
                          long rows, long columns) {
  if (!gamma) {
    for (long i = 0; i < rows * columns; i++) y[i] = x[i] + keep * load(branch, type, i);
    return;
  }
  for (long r = 0; r < rows; r++) {
    long at = r * columns;
    for (long c = 0; c < columns; c++) y[at + c] = x[at + c] + keep * gamma[c] * load(branch, type, at + c);
  }
}

CLONES void mvp_residual(const float *x, mvp_array branch, const float *gamma, float keep, float *y, long rows,
                         long columns) {
#define BODY(T) residual_rows(x, branch.data, T, gamma, keep, y, rows, columns)
  FOR_TYPE(branch.type, BODY)
#undef BODY
}

INLINE void residual_backward_rows(const void *branch, const float *gamma, float keep, const float *dy, void *dbranch,
                                   mvp_type type, bool accumulate, float *dgamma, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    long at = r * columns;
    const float *grad = dy + at;
    if (dgamma) {
      for (long c = 0; c < columns; c++) dgamma[c] += keep * grad[c] * load(branch, type, at + c);
    }
    if (!dbranch) continue;
    if (accumulate) {
      for (long c = 0; c < columns; c++)
        store(dbranch, type, at + c, load(dbranch, type, at + c) + keep * (gamma ? gamma[c] : 1.0f) * grad[c]);
    } else if (gamma) {
      for (long c = 0; c < columns; c++) store(dbranch, type, at + c, keep * gamma[c] * grad[c]);
    } else {
      for (long c = 0; c < columns; c++) store(dbranch, type, at + c, keep * grad[c]);
    }
  }
}

CLONES void mvp_residual_backward(mvp_array branch, const float *gamma, float keep, const float *dy, mvp_array dbranch,
                                  bool accumulate, float *dgamma, long rows, long columns) {
#define BODY(T) \
  residual_backward_rows(branch.data, gamma, keep, dy, dbranch.data, T, accumulate, dgamma, rows, columns)
  FOR_TYPE(dbranch.data ? dbranch.type : branch.type, BODY)
#undef BODY
}

CLONES void mvp_patchify(const float *image, float *patches, long channels, long height, long width, long patch, const float *mean,
                         const float *inverse_std) {
  long grid_rows = height / patch, grid_columns = width / patch;
  for (long gr = 0; gr < grid_rows; gr++) {
    for (long gc = 0; gc < grid_columns; gc++) {
      float *out = patches + (gr * grid_columns + gc) * channels * patch * patch;
      for (long c = 0; c < channels; c++) {
        for (long y = 0; y < patch; y++) {
          const float *line = image + (c * height + gr * patch + y) * width + gc * patch;
          for (long x = 0; x < patch; x++) out[(c * patch + y) * patch + x] = (line[x] - mean[c]) * inverse_std[c];
        }
      }
    }
  }
}

// One head: `step` elements from one pair to the next, `apart` between the two of a pair.
INLINE void turn(const void *x, void *y, mvp_type type, long at, long step, long apart, const float *cosines,
                 const float *sines, float sign, long pairs) {
  for (long i = 0; i < pairs; i++) {
    const long a = at + i * step, b = a + apart;
    float first = load(x, type, a), second = load(x, type, b), sine = sign * sines[i];
    store(y, type, a, first * cosines[i] - second * sine);
    store(y, type, b, second * cosines[i] + first * sine);
  }
}

INLINE void rotate(const void *x, void *y, mvp_type type, mvp_rotation by, long first, long rows, bool halved) {
  const long pairs = by.width / 2, columns = by.heads * by.width;
  const float sign = by.backward ? -1.0f : 1.0f;
  for (long r = 0; r < rows; r++) {
    const long place = (first + r) % by.tokens * pairs, row = 3 * r * columns;
    for (long head = 0; head < 2 * by.heads; head++) {
      turn(x, y, type, row + head * by.width, halved ? 1 : 2, halved ? pairs : 1, by.cosines + place,
           by.sines + place, sign, pairs);
    }
    for (long i = 2 * columns; i < 3 * columns; i++) store(y, type, row + i, load(x, type, row + i));
  }
}

CLONES void mvp_rotate(mvp_array x, mvp_array y, mvp_rotation by, long first, long rows) {
#define HALVED(T) rotate(x.data, y.data, T, by, first, rows, true)
#define PAIRED(T) rotate(x.data, y.data, T, by, first, rows, false)
  if (by.halved) {
    FOR_TYPE(x.type, HALVED)
  } else {
    FOR_TYPE(x.type, PAIRED)
  }
#undef HALVED
#undef PAIRED
}
