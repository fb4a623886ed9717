#include <png.h>
#include <setjmp.h>

#include "codecs.h"

// Everything that must survive a jump out of libpng lives here, not in local variables.
typedef struct {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t size, position;
  uint8_t *pixels;
  png_bytep *rows;
  char *error;
  jmp_buf on_error;
} Reader;

static void refuse(png_structp png, png_const_charp reason) {
  Reader *reader = png_get_error_ptr(png);
  fail(reader->error, reason);
  longjmp(reader->on_error, 1);
}

static void let_pass(png_structp png, png_const_charp reason) {
  (void)png;
  (void)reason;
}

static void take(png_structp png, png_bytep into, size_t count) {
  Reader *reader = png_get_io_ptr(png);
  if (count > reader->size - reader->position) png_error(png, "the file ends before the picture does");
  memcpy(into, reader->bytes + reader->position, count);
  reader->position += count;
}

static void close_reader(Reader *reader) {
  if (reader->png) png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader->pixels);
  free(reader->rows);
}

static bool open_reader(Reader *reader, const uint8_t *bytes, size_t size, char *error) {
  memset(reader, 0, sizeof *reader);
  reader->bytes = bytes;
  reader->size = size;
  reader->error = error;
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, refuse, let_pass);
  if (reader->png) reader->info = png_create_info_struct(reader->png);
  if (!reader->info) {
    close_reader(reader);
    return fail(error, "libpng cannot start a decoder");
  }
  // Texts, profiles and other chunks beside the picture are passed over: each may ask for a gigabyte.
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_read_fn(reader->png, reader, take);
  return true;
}

bool png_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error) {
  Reader reader;
  if (!open_reader(&reader, bytes, size, error)) return false;
  if (setjmp(reader.on_error)) {
    close_reader(&reader);
    return false;
  }
  png_read_info(reader.png, reader.info);
  // zlib packs 1,032 bytes into one at most (https://zlib.net/zlib_tech.html).
  const uint64_t packed = (uint64_t)png_get_rowbytes(reader.png, reader.info) * png_get_image_height(reader.png, reader.info) / 1032;
  if (packed > size) png_error(reader.png, "the file is too short for a picture of its size");
  info->format = IMAGE_CODECS_PNG;
  info->file_width = (int32_t)png_get_image_width(reader.png, reader.info);
  info->file_height = (int32_t)png_get_image_height(reader.png, reader.info);
  const png_byte type = png_get_color_type(reader.png, reader.info);
  const bool is_clear = type & PNG_COLOR_MASK_ALPHA || png_get_valid(reader.png, reader.info, PNG_INFO_tRNS);
  info->channels = (type & PNG_COLOR_MASK_COLOR ? 3 : 1) + is_clear;
  info->clear = is_clear;
  info->bits = png_get_bit_depth(reader.png, reader.info);
  info->orientation = png_orientation(bytes, size);
  set_upright_size(info);
  close_reader(&reader);
  return true;
}

// Any kind of PNG to four channels of 8 bits.
static void ask_for_rgba(Reader *reader) {
  png_set_expand(reader->png);
  png_set_scale_16(reader->png);
  png_set_gray_to_rgb(reader->png);
  png_set_add_alpha(reader->png, 0xFF, PNG_FILLER_AFTER);
  png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);
}

void compose_on_white(const uint8_t *rgba, size_t pixels, uint8_t *rgb) {
  for (size_t i = 0; i < pixels; ++i) {
    unsigned alpha = rgba[4 * i + 3], white = 255 * (255 - alpha);
    for (int c = 0; c < 3; ++c) rgb[3 * i + c] = divide_by_255(rgba[4 * i + c] * alpha + white);
  }
}

// Reads all rows, width * channels bytes each, into `reader->pixels`; every way out but the last is a jump.
static void read_pixels(Reader *reader, const ImageCodecsInfo *info, size_t channels) {
  size_t width = (size_t)info->file_width, height = (size_t)info->file_height;
  if (png_get_rowbytes(reader->png, reader->info) != width * channels || png_get_image_height(reader->png, reader->info) != height) {
    png_error(reader->png, "the picture changed between reading its header and its pixels");
  }
  reader->pixels = malloc(width * height * channels);
  reader->rows = malloc(height * sizeof *reader->rows);
  if (!reader->pixels || !reader->rows) png_error(reader->png, "no memory to decode the picture");
  for (size_t y = 0; y < height; ++y) reader->rows[y] = reader->pixels + y * width * channels;
  png_read_image(reader->png, reader->rows);
  if (info->orientation == 1) return;
  uint8_t *upright = malloc(width * height * channels);
  if (!upright) png_error(reader->png, "no memory to turn the picture");
  turn_upright(reader->pixels, info->file_width, info->file_height, info->orientation, channels, upright);
  free(reader->pixels);
  reader->pixels = upright;
}

// Opens a reader and has all pixels in four channels; false leaves nothing open.
static bool read_rgba(Reader *reader, const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, char *error) {
  if (!open_reader(reader, bytes, size, error)) return false;
  if (setjmp(reader->on_error)) {
    close_reader(reader);
    return false;
  }
  png_read_info(reader->png, reader->info);
  ask_for_rgba(reader);
  read_pixels(reader, info, 4);
  return true;
}

bool png_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error) {
  Reader reader;
  if (!read_rgba(&reader, bytes, size, info, error)) return false;
  compose_on_white(reader.pixels, (size_t)info->width * (size_t)info->height, rgb);
  close_reader(&reader);
  return true;
}

bool png_decode_stored(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *samples, char *error) {
  Reader reader;
  if (!read_rgba(&reader, bytes, size, info, error)) return false;
  const size_t pixels = (size_t)info->width * (size_t)info->height;
  if (info->channels == 4) {
    memcpy(samples, reader.pixels, pixels * 4);
  } else {
    for (size_t i = 0; i < pixels; ++i) {
      samples[2 * i] = reader.pixels[4 * i];
      samples[2 * i + 1] = reader.pixels[4 * i + 3];
    }
  }
  close_reader(&reader);
  return true;
}

bool image_codecs_decode_labels(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *labels, char *error) {
  if (info->format != IMAGE_CODECS_PNG) return fail(error, "a map of classes must be a PNG, as JPEG changes numbers");
  Reader reader;
  if (!open_reader(&reader, bytes, size, error)) return false;
  if (setjmp(reader.on_error)) {
    close_reader(&reader);
    return false;
  }
  png_read_info(reader.png, reader.info);
  const png_byte type = png_get_color_type(reader.png, reader.info);
  if (type != PNG_COLOR_TYPE_GRAY && type != PNG_COLOR_TYPE_PALETTE) {
    png_error(reader.png, "its pixels are colours, not class numbers: save it as 8-bit grey or with a palette");
  }
  if (png_get_bit_depth(reader.png, reader.info) > 8) png_error(reader.png, "its class numbers have 16 bits: save it with 8");
  png_set_packing(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  read_pixels(&reader, info, 1);
  memcpy(labels, reader.pixels, (size_t)info->width * (size_t)info->height);
  close_reader(&reader);
  return true;
}

bool image_codecs_decode_alpha(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *alpha, char *error) {
  if (info->format != IMAGE_CODECS_PNG) return fail(error, "only PNG pictures have transparency");
  Reader reader;
  if (!open_reader(&reader, bytes, size, error)) return false;
  if (setjmp(reader.on_error)) {
    close_reader(&reader);
    return false;
  }
  png_read_info(reader.png, reader.info);
  if (!(png_get_color_type(reader.png, reader.info) & PNG_COLOR_MASK_ALPHA) &&
      !png_get_valid(reader.png, reader.info, PNG_INFO_tRNS)) {
    png_error(reader.png, "the picture has no transparency");
  }
  ask_for_rgba(&reader);
  read_pixels(&reader, info, 4);
  const size_t pixels = (size_t)info->width * (size_t)info->height;
  for (size_t i = 0; i < pixels; ++i) alpha[i] = reader.pixels[4 * i + 3];
  close_reader(&reader);
  return true;
}
