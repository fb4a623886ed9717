// Loops over the pixels of decoded pictures, compiled once for each level of x86-64 and chosen when the program is
// loaded.

#include <string.h>

#include "include/CImageCodecs.h"

// ThreadSanitizer would watch the functions that choose a clone, which run before it is there.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))

typedef int32_t ints __attribute__((vector_size(16)));
typedef uint8_t bytes __attribute__((vector_size(4)));

// One half in fixed point makes the shift round to the nearest.
static const int32_t half = 1 << (IMAGE_CODECS_WEIGHT_BITS - 1);

INLINE uint8_t clipped(int32_t sum) {
  int32_t value = sum >> IMAGE_CODECS_WEIGHT_BITS;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

// Weighted sum of `count` pixels; reads one byte more than they have.
INLINE ints weighted(const uint8_t *from, const int32_t *weights, int32_t count) {
  ints sum = {half, half, half, half};
  for (int32_t tap = 0; tap < count; ++tap) {
    bytes pixel;
    memcpy(&pixel, from + 3 * tap, 4);
    sum += __builtin_convertvector(pixel, ints) * weights[tap];
  }
  return sum;
}

CLONES void image_codecs_resample_across(const uint8_t *rgb, size_t stride, int32_t rows, const ImageCodecsWeights *axis,
                                         uint8_t *out) {
  for (int32_t row = 0; row < rows; ++row, rgb += stride) {
    for (int32_t x = 0; x < axis->targets; ++x, out += 3) {
      const uint8_t *from = rgb + 3 * axis->first[x];
      const int32_t *weights = axis->weights + (size_t)x * axis->taps;
      int32_t count = axis->count[x];
      // The last pixel is taken byte by byte: there may be nothing behind it.
      ints sum = weighted(from, weights, count - 1);
      const uint8_t *last = from + 3 * (count - 1);
      for (int c = 0; c < 3; ++c) out[c] = clipped(sum[c] + last[c] * weights[count - 1]);
    }
  }
}

CLONES void image_codecs_resample_channels(const uint8_t *samples, size_t stride, int32_t rows, int32_t channels,
                                           const ImageCodecsWeights *axis, uint8_t *out) {
  for (int32_t row = 0; row < rows; ++row, samples += stride) {
    for (int32_t x = 0; x < axis->targets; ++x, out += channels) {
      const uint8_t *from = samples + (size_t)channels * (size_t)axis->first[x];
      const int32_t *weights = axis->weights + (size_t)x * axis->taps;
      for (int32_t c = 0; c < channels; ++c) {
        int32_t sum = half;
        for (int32_t tap = 0; tap < axis->count[x]; ++tap) sum += from[(size_t)tap * channels + c] * weights[tap];
        out[c] = clipped(sum);
      }
    }
  }
}

CLONES void image_codecs_resample_down(const uint8_t *rgb, size_t row_bytes, const ImageCodecsWeights *axis, uint8_t *out) {
  enum { STRIP = 512 };
  int32_t sums[STRIP];
  for (int32_t y = 0; y < axis->targets; ++y) {
    const int32_t *weights = axis->weights + (size_t)y * axis->taps;
    const uint8_t *first = rgb + (size_t)axis->first[y] * row_bytes;
    for (size_t start = 0; start < row_bytes; start += STRIP) {
      size_t width = row_bytes - start < STRIP ? row_bytes - start : STRIP;
      for (size_t i = 0; i < width; ++i) sums[i] = half;
      for (int32_t tap = 0; tap < axis->count[y]; ++tap) {
        const uint8_t *row = first + (size_t)tap * row_bytes + start;
        int32_t weight = weights[tap];
        for (size_t i = 0; i < width; ++i) sums[i] += row[i] * weight;
      }
      for (size_t i = 0; i < width; ++i) out[i] = clipped(sums[i]);
      out += width;
    }
  }
}

CLONES void image_codecs_planes(const uint8_t *rgb, int32_t width, int32_t height, bool mirrored, float *planes) {
  size_t plane = (size_t)width * (size_t)height;
  float *red = planes, *green = planes + plane, *blue = planes + 2 * plane;
  for (size_t y = 0; y < (size_t)height; ++y, rgb += 3 * (size_t)width, red += width, green += width, blue += width) {
    if (mirrored) {
      for (int32_t x = 0, from = width - 1; x < width; ++x, --from) {
        red[x] = rgb[3 * from] / 255.0f;
        green[x] = rgb[3 * from + 1] / 255.0f;
        blue[x] = rgb[3 * from + 2] / 255.0f;
      }
    } else {
      for (int32_t x = 0; x < width; ++x) {
        red[x] = rgb[3 * x] / 255.0f;
        green[x] = rgb[3 * x + 1] / 255.0f;
        blue[x] = rgb[3 * x + 2] / 255.0f;
      }
    }
  }
}

CLONES void image_codecs_channel_planes(const uint8_t *samples, int32_t channels, int32_t width, int32_t height,
                                        bool mirrored, float *planes) {
  const size_t plane = (size_t)width * (size_t)height, row = (size_t)width * (size_t)channels;
  for (int32_t c = 0; c < channels; ++c) {
    float *out = planes + (size_t)c * plane;
    const uint8_t *from = samples + c;
    for (int32_t y = 0; y < height; ++y, from += row, out += width) {
      for (int32_t x = 0; x < width; ++x) out[x] = from[(size_t)(mirrored ? width - 1 - x : x) * channels] / 255.0f;
    }
  }
}

INLINE float unit(float value) { return value < 0 ? 0 : value > 1 ? 1 : value; }
INLINE float luminance(float red, float green, float blue) { return 0.2989f * red + 0.587f * green + 0.114f * blue; }

CLONES void image_codecs_scale_and_shift(float *values, size_t count, float factor, float shift) {
  for (size_t i = 0; i < count; ++i) values[i] = unit(values[i] * factor + shift);
}

CLONES double image_codecs_mean_luminance(const float *planes, size_t plane) {
#pragma clang fp reassociate(on)
  enum { STRIP = 1024 };
  double sum = 0;
  for (size_t start = 0; start < plane; start += STRIP) {
    size_t end = plane - start < STRIP ? plane : start + STRIP;
    float part = 0;
    for (size_t i = start; i < end; ++i) part += luminance(planes[i], planes[i + plane], planes[i + 2 * plane]);
    sum += (double)part;
  }
  return plane ? sum / (double)plane : 0;
}

CLONES double image_codecs_mean(const float *values, size_t count) {
#pragma clang fp reassociate(on)
  enum { STRIP = 1024 };
  double sum = 0;
  for (size_t start = 0; start < count; start += STRIP) {
    size_t end = count - start < STRIP ? count : start + STRIP;
    float part = 0;
    for (size_t i = start; i < end; ++i) part += values[i];
    sum += (double)part;
  }
  return count ? sum / (double)count : 0;
}

CLONES void image_codecs_saturate(float *planes, size_t plane, float factor) {
  float *red = planes, *green = planes + plane, *blue = planes + 2 * plane;
  for (size_t i = 0; i < plane; ++i) {
    float shift = (1 - factor) * luminance(red[i], green[i], blue[i]);
    red[i] = unit(red[i] * factor + shift);
    green[i] = unit(green[i] * factor + shift);
    blue[i] = unit(blue[i] * factor + shift);
  }
}
