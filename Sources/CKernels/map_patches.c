#include "clones.h"

CLONES void mvp_map_patches(const float *map, float *patches, mvp_patching of, const float *mean, const float *inverse) {
  const long side = of.patch, area = side * side;
  for (long line = 0; line < of.height; line++) {
    for (long column = 0; column < of.width; column++) {
      const float *pixel = map + (line * of.width + column) * of.channels;
      const long number = line / side * (of.width / side) + column / side;
      float *out = patches + number * of.channels * area + line % side * side + column % side;
      for (long c = 0; c < of.channels; c++) out[c * area] = (pixel[c] - mean[c]) * inverse[c];
    }
  }
}

CLONES void mvp_map_patches_backward(const float *dpatches, float *dmap, bool accumulate, mvp_patching of,
                                     const float *inverse) {
  const long side = of.patch, area = side * side;
  for (long line = 0; line < of.height; line++) {
    for (long column = 0; column < of.width; column++) {
      float *pixel = dmap + (line * of.width + column) * of.channels;
      const long number = line / side * (of.width / side) + column / side;
      const float *from = dpatches + number * of.channels * area + line % side * side + column % side;
      for (long c = 0; c < of.channels; c++) {
        const float slope = inverse[c] * from[c * area];
        pixel[c] = accumulate ? pixel[c] + slope : slope;
      }
    }
  }
}
