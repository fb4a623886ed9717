#include <turbojpeg.h>

#include "codecs.h"

bool jpeg_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error) {
  tjhandle decoder = tjInitDecompress();
  if (!decoder) return fail(error, "libjpeg-turbo cannot start a decoder");
  int width = 0, height = 0, subsampling = 0, colorspace = 0;
  bool read = tjDecompressHeader3(decoder, bytes, size, &width, &height, &subsampling, &colorspace) == 0
              || tjGetErrorCode(decoder) == TJERR_WARNING;
  if (!read) fail(error, tjGetErrorStr2(decoder));
  tjDestroy(decoder);
  if (!read) return false;

  info->format = IMAGE_CODECS_JPEG;
  info->file_width = width;
  info->file_height = height;
  info->channels = colorspace == TJCS_GRAY ? 1 : 3;
  info->bits = 8;
  info->cmyk = colorspace == TJCS_CMYK || colorspace == TJCS_YCCK;
  jpeg_read_markers(bytes, size, info);
  image_codecs_shrink(info, 8);
  return true;
}

void image_codecs_shrink(ImageCodecsInfo *info, int32_t eighths) {
  if (info->format != IMAGE_CODECS_JPEG || eighths < 1 || eighths > 8) return;
  info->scale = eighths;
  tjscalingfactor factor = {eighths, 8};
  bool lies = info->orientation >= 5;
  info->width = TJSCALED(lies ? info->file_height : info->file_width, factor);
  info->height = TJSCALED(lies ? info->file_width : info->file_height, factor);
}

// Ink to light: red is what cyan and black let through.
static void light_from_inks(const uint8_t *inks, size_t pixels, bool inverted, uint8_t *rgb) {
  unsigned flip = inverted ? 0 : 255;
  for (size_t i = 0; i < pixels; ++i) {
    unsigned black = inks[4 * i + 3] ^ flip;
    for (int c = 0; c < 3; ++c) rgb[3 * i + c] = divide_by_255((inks[4 * i + c] ^ flip) * black);
  }
}

// True if a whole picture was decoded; warnings about anything but a missing end are let pass, as Pillow does.
static bool decompress(const uint8_t *bytes, size_t size, uint8_t *pixels, int width, int height, int format, char *error) {
  tjhandle decoder = tjInitDecompress();
  if (!decoder) return fail(error, "libjpeg-turbo cannot start a decoder");
  bool whole = tjDecompress2(decoder, bytes, size, pixels, width, 0, height, format, TJFLAG_LIMITSCANS) == 0;
  if (!whole) {
    const char *reason = tjGetErrorStr2(decoder);
    whole = tjGetErrorCode(decoder) == TJERR_WARNING && !strstr(reason, "remature end");
    if (!whole) fail(error, reason);
  }
  tjDestroy(decoder);
  return whole;
}

bool jpeg_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error) {
  bool lies = info->orientation >= 5;
  int width = lies ? info->height : info->width, height = lies ? info->width : info->height;
  size_t pixels = (size_t)width * (size_t)height;
  uint8_t *inks = info->cmyk ? malloc(pixels * 4) : NULL;
  uint8_t *stored = info->orientation == 1 ? rgb : malloc(pixels * 3);
  bool decoded = false;
  if (!stored || (info->cmyk && !inks)) {
    fail(error, "no memory to decode the picture");
  } else {
    decoded = decompress(bytes, size, inks ? inks : stored, width, height, inks ? TJPF_CMYK : TJPF_RGB, error);
    if (decoded && inks) light_from_inks(inks, pixels, info->inverted, stored);
    if (decoded && stored != rgb) turn_upright(stored, width, height, info->orientation, 3, rgb);
  }
  if (stored != rgb) free(stored);
  free(inks);
  return decoded;
}
