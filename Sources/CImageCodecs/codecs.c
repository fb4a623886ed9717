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
  return true;
}

bool image_codecs_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error) {
  switch (info->format) {
    case IMAGE_CODECS_JPEG: return jpeg_decode(bytes, size, info, rgb, error);
    case IMAGE_CODECS_PNG: return png_decode(bytes, size, info, rgb, error);
    case IMAGE_CODECS_WEBP: return webp_decode(bytes, size, info, rgb, error);
    case IMAGE_CODECS_TIFF: return tiff_decode(bytes, size, info, rgb, error);
  }
  return fail(error, "the picture was not probed");
}
