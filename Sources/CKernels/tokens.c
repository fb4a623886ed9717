#include "clones.h"

CLONES void mvp_residual(const float *x, const float *branch, const float *gamma, float keep, float *y, long rows,
                         long columns) {
  if (!gamma) {
    for (long i = 0; i < rows * columns; i++) y[i] = x[i] + keep * branch[i];
    return;
  }
  for (long r = 0; r < rows; r++) {
    const float *in = x + r * columns, *add = branch + r * columns;
    float *out = y + r * columns;
    for (long c = 0; c < columns; c++) out[c] = in[c] + keep * gamma[c] * add[c];
  }
}

CLONES void mvp_residual_backward(const float *branch, const float *gamma, float keep, const float *dy, float *dbranch,
                                  bool accumulate, float *dgamma, long rows, long columns) {
  for (long r = 0; r < rows; r++) {
    const float *grad = dy + r * columns, *value = branch ? branch + r * columns : NULL;
    if (dgamma) {
      for (long c = 0; c < columns; c++) dgamma[c] += keep * grad[c] * value[c];
    }
    if (!dbranch) continue;
    float *out = dbranch + r * columns;
    for (long c = 0; c < columns; c++) {
      float d = keep * (gamma ? gamma[c] : 1.0f) * grad[c];
      out[c] = accumulate ? out[c] + d : d;
    }
  }
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
