// JPEG (libjpeg-turbo), PNG (libpng) and gzip (zlib) for Swift. No error leaves C as a jump, a signal or a line on stderr:
// each function says whether it succeeded and, if not, why in `error`.

#ifndef C_IMAGE_CODECS_H
#define C_IMAGE_CODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bytes that an error text takes at most, the final zero included.
#define IMAGE_CODECS_ERROR_SIZE 256

typedef enum { IMAGE_CODECS_JPEG = 1, IMAGE_CODECS_PNG = 2 } ImageCodecsFormat;

// What a file's first bytes say, and how it will be decoded.
typedef struct {
  ImageCodecsFormat format;
  int32_t width, height;          // of the decoded picture: upright, after scaled decoding
  int32_t file_width, file_height;  // as stored
  int32_t orientation;            // EXIF, 1...8; 1 for upright and for PNG
  int32_t scale;                  // JPEG: decoded at scale/8 of the stored size
  bool cmyk, inverted;            // JPEG in four inks; as Adobe stores them, 255 = no ink
} ImageCodecsInfo;

// Reads the header. With least_short_side > 0 a JPEG larger than that is decoded at 1/2, 1/4 or 1/8 of its size, as long as its
// shorter side keeps at least so many pixels; 0 asks for the full size.
bool image_codecs_probe(const uint8_t *bytes, size_t size, int32_t least_short_side, ImageCodecsInfo *info, char *error);

// Decodes what was probed into rgb[info->height][info->width][3]: 8 bits, sRGB values as stored, transparency on white.
bool image_codecs_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error);

// Unpacks a gzip file; the caller frees the result with free(). NULL on failure.
uint8_t *image_codecs_gunzip(const uint8_t *bytes, size_t size, size_t *unpacked_size, char *error);

#endif
