// Between the files of this target.

#ifndef CODECS_H
#define CODECS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/CImageCodecs.h"

bool jpeg_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error);
bool jpeg_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error);
void jpeg_read_markers(const uint8_t *bytes, size_t size, ImageCodecsInfo *info);
// Scans that the file goes over the picture in.
int64_t jpeg_scans(const uint8_t *bytes, size_t size);

// Most bytes of an XMP packet that are looked at.
enum { MOST_XMP = 1 << 20 };
// Orientation in a TIFF header with its first directory, as EXIF has it: 1...8, 1 for a value that makes no sense, 0 if
// there is none.
int32_t exif_orientation(const uint8_t *tiff, size_t size);
// The same of an XMP packet (tiff:Orientation).
int32_t xmp_orientation(const uint8_t *packet, size_t size);
// What counts of both: XMP's only where EXIF has none; 1 where neither has.
int32_t first_orientation(int32_t exif, int32_t xmp);
// Sets the size of the upright picture by that of the file and the orientation.
void set_upright_size(ImageCodecsInfo *info);
// Turns a picture of pixels of so many bytes.
void turn_upright(const uint8_t *stored, int32_t width, int32_t height, int32_t orientation, size_t channels, uint8_t *upright);
// Four channels to three.
void compose_on_white(const uint8_t *rgba, size_t pixels, uint8_t *rgb);

bool png_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error);
bool png_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error);
// Of two channels or four, the last of which is transparency.
bool png_decode_stored(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *samples, char *error);
// 1...8; 1 where nothing is said.
int32_t png_orientation(const uint8_t *bytes, size_t size);

bool webp_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error);
bool webp_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error);
// Of four channels, the last of which is transparency.
bool webp_decode_stored(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *samples, char *error);

bool tiff_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error);
bool tiff_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error);
// As many channels as the file has, of 8 bits or of 16, which are rounded to 8.
bool tiff_decode_stored(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *samples, char *error);

// Always false, so that a failing function can return it.
static inline bool fail(char *error, const char *reason) {
  snprintf(error, IMAGE_CODECS_ERROR_SIZE, "%s", reason);
  return false;
}

// value / 255 to the nearest, for value in 0...255*255.
static inline uint8_t divide_by_255(unsigned value) {
  value += 128;
  return (uint8_t)((value + (value >> 8)) >> 8);
}

#endif
