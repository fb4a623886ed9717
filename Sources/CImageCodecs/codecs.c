#include "codecs.h"

// A picture of more pixels is taken for a mistake or an attack (Pillow refuses at the same number).
static const int64_t most_pixels = 178956970;

// No picture takes fewer bytes than these many of its pixels or rows need, so that a file of some bytes cannot ask for
// memory or time that only a far larger one would be worth. A block of 8 x 8 pixels takes at least a bit of a JPEG;
// each scan goes over all blocks again, and a blank picture in ten scans has 1,700 pixels to a byte. Small pictures are
// never refused.
enum { JPEG_PIXELS_PER_BYTE = 4096 };
static const int64_t few_pixels = 1 << 22;

static bool is_jpeg(const uint8_t *bytes, size_t size) { return size >= 3 && memcmp(bytes, "\xFF\xD8\xFF", 3) == 0; }
static bool is_webp(const uint8_t *bytes, size_t size) {
  return size >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0;
}
// Also the larger form (BigTIFF).
static bool is_tiff(const uint8_t *bytes, size_t size) {
  return size >= 8 && (memcmp(bytes, "II*\0", 4) == 0 || memcmp(bytes, "MM\0*", 4) == 0 || memcmp(bytes, "II+\0", 4) == 0 ||
                       memcmp(bytes, "MM\0+", 4) == 0);
}
static bool is_png(const uint8_t *bytes, size_t size) { return size >= 8 && memcmp(bytes, "\x89PNG\r\n\x1A\n", 8) == 0; }

bool image_codecs_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error) {
  memset(info, 0, sizeof *info);
  info->orientation = 1;
  info->scale = 8;
  if (size == 0) return fail(error, "the file is empty");
  if (is_jpeg(bytes, size)) {
    if (!jpeg_probe(bytes, size, info, error)) return false;
    const int64_t decoded = (int64_t)info->file_width * info->file_height * jpeg_scans(bytes, size);
    if (decoded > few_pixels && decoded / JPEG_PIXELS_PER_BYTE > (int64_t)size) {
      return fail(error, "the file is too short for a picture of its size");
    }
  } else if (is_png(bytes, size)) {
    if (!png_probe(bytes, size, info, error)) return false;
  } else if (is_webp(bytes, size)) {
    if (!webp_probe(bytes, size, info, error)) return false;
  } else if (is_tiff(bytes, size)) {
    if (!tiff_probe(bytes, size, info, error)) return false;
  } else {
    return fail(error, "the file is no JPEG, PNG, WebP or TIFF picture");
  }
  if (info->width <= 0 || info->height <= 0) return fail(error, "the picture has no pixels");
  if ((int64_t)info->file_width * info->file_height > most_pixels) return fail(error, "the picture has more than 179 megapixels");
  if ((int64_t)info->file_width * info->file_height * info->channels > 4 * most_pixels) {
    return fail(error, "the picture has more than 716 million values");
  }
  return true;
}

static bool decode_colours(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error) {
  switch (info->format) {
    case IMAGE_CODECS_JPEG: return jpeg_decode(bytes, size, info, rgb, error);
    case IMAGE_CODECS_PNG: return png_decode(bytes, size, info, rgb, error);
    case IMAGE_CODECS_WEBP: return webp_decode(bytes, size, info, rgb, error);
    case IMAGE_CODECS_TIFF: return tiff_decode(bytes, size, info, rgb, error);
  }
  return fail(error, "the picture was not probed");
}

static bool decode_stored(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *samples, char *error) {
  switch (info->format) {
    case IMAGE_CODECS_PNG: return png_decode_stored(bytes, size, info, samples, error);
    case IMAGE_CODECS_WEBP: return webp_decode_stored(bytes, size, info, samples, error);
    case IMAGE_CODECS_TIFF: return tiff_decode_stored(bytes, size, info, samples, error);
    case IMAGE_CODECS_JPEG: break;
  }
  return fail(error, "the picture was not probed");
}

// Whether a picture's own channels are taken as they are; false also where they are none of those wanted.
static bool takes_stored(const ImageCodecsInfo *info, int32_t channels) {
  return info->channels == channels && (info->bands || (channels != 1 && channels != 3));
}

// Grey and colours become each other; nothing else does.
static bool fits(const ImageCodecsInfo *info, int32_t channels) {
  const int32_t shades = info->channels - info->clear;
  if (takes_stored(info, channels)) return true;
  return (channels == 1 || channels == 3) && !info->bands && (shades == 1 || shades == 3);
}

// Pillow's L: https://pillow.readthedocs.io/en/stable/handbook/concepts.html, ITU-R 601-2 in 16 bits of fixed point.
static void grey_from_colours(const uint8_t *rgb, size_t pixels, uint8_t *grey) {
  for (size_t i = 0; i < pixels; ++i, rgb += 3) {
    grey[i] = (uint8_t)((rgb[0] * 19595u + rgb[1] * 38470u + rgb[2] * 7471u + 0x8000u) >> 16);
  }
}

bool image_codecs_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, int32_t channels, uint8_t *samples,
                         char *error) {
  if (!fits(info, channels)) {
    const int32_t shades = info->channels - info->clear;
    snprintf(error, IMAGE_CODECS_ERROR_SIZE, "it has %d channel%s%s where data.channels asks for %d", shades,
             shades == 1 ? "" : "s", info->clear ? " and transparency" : "", channels);
    return false;
  }
  if (takes_stored(info, channels)) return decode_stored(bytes, size, info, samples, error);
  if (channels == 3) return decode_colours(bytes, size, info, samples, error);
  const size_t pixels = (size_t)info->width * (size_t)info->height;
  uint8_t *rgb = malloc(pixels * 3);
  if (!rgb) return fail(error, "no memory to decode the picture");
  const bool decoded = decode_colours(bytes, size, info, rgb, error);
  if (decoded) grey_from_colours(rgb, pixels, samples);
  free(rgb);
  return decoded;
}
