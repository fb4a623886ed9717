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

CLONES void mvp_patchify(const float *image, float *patches, long height, long width, long patch, const float *mean,
                         const float *inverse_std) {
  long grid_rows = height / patch, grid_columns = width / patch;
  for (long gr = 0; gr < grid_rows; gr++) {
    for (long gc = 0; gc < grid_columns; gc++) {
      float *out = patches + (gr * grid_columns + gc) * 3 * patch * patch;
      for (long c = 0; c < 3; c++) {
        for (long y = 0; y < patch; y++) {
          const float *line = image + (c * height + gr * patch + y) * width + gc * patch;
          for (long x = 0; x < patch; x++) out[(c * patch + y) * patch + x] = (line[x] - mean[c]) * inverse_std[c];
        }
      }
    }
  }
}
