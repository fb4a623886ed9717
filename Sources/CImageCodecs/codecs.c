#include "codecs.h"

// A picture of more pixels is taken for a mistake or an attack (Pillow refuses at the same number).
static const int64_t most_pixels = 178956970;

static bool is_jpeg(const uint8_t *bytes, size_t size) { return size >= 3 && memcmp(bytes, "\xFF\xD8\xFF", 3) == 0; }
static bool is_png(const uint8_t *bytes, size_t size) { return size >= 8 && memcmp(bytes, "\x89PNG\r\n\x1A\n", 8) == 0; }

bool image_codecs_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error) {
  memset(info, 0, sizeof *info);
  info->orientation = 1;
  info->scale = 8;
  if (size == 0) return fail(error, "the file is empty");
  if (is_jpeg(bytes, size)) {
    if (!jpeg_probe(bytes, size, info, error)) return false;
  } else if (is_png(bytes, size)) {
    if (!png_probe(bytes, size, info, error)) return false;
  } else {
    return fail(error, "the file is neither a JPEG nor a PNG picture");
  }
  if (info->width <= 0 || info->height <= 0) return fail(error, "the picture has no pixels");
  if ((int64_t)info->file_width * info->file_height > most_pixels) return fail(error, "the picture has more than 179 megapixels");
  return true;
}

bool image_codecs_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error) {
  return info->format == IMAGE_CODECS_JPEG ? jpeg_decode(bytes, size, info, rgb, error)
                                           : png_decode(bytes, size, info, rgb, error);
}
