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
void turn_upright(const uint8_t *stored, int32_t width, int32_t height, int32_t orientation, uint8_t *upright);

bool png_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error);
bool png_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error);

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
