// What libjpeg-turbo's simple interface does not tell: EXIF orientation (APP1) and Adobe's inverted inks (APP14).

#include "codecs.h"

static uint32_t read_number(const uint8_t *at, int bytes, bool little) {
  uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8 | at[little ? bytes - 1 - i : i];
  return value;
}

// The orientation in a TIFF header with its first directory; 1 if there is none or it makes no sense.
static int32_t exif_orientation(const uint8_t *tiff, size_t size) {
  if (size < 8) return 1;
  bool little = tiff[0] == 'I';
  uint32_t directory = read_number(tiff + 4, 4, little);
  if (directory > size - 2) return 1;
  uint32_t entries = read_number(tiff + directory, 2, little);
  for (uint32_t i = 0; i < entries; ++i) {
    size_t entry = (size_t)directory + 2 + 12 * (size_t)i;
    if (entry + 12 > size) return 1;
    if (read_number(tiff + entry, 2, little) != 0x0112) continue;
    uint32_t value = read_number(tiff + entry + 8, 2, little);
    return value >= 1 && value <= 8 ? (int32_t)value : 1;
  }
  return 1;
}

void jpeg_read_markers(const uint8_t *bytes, size_t size, ImageCodecsInfo *info) {
  size_t at = 2;
  while (at + 4 <= size && bytes[at] == 0xFF) {
    uint8_t marker = bytes[at + 1];
    if (marker == 0xFF) {
      ++at;  // a fill byte
      continue;
    }
    if (marker == 0xDA || marker == 0xD9) return;
    size_t length = read_number(bytes + at + 2, 2, false);
    if (length < 2 || at + 2 + length > size) return;
    const uint8_t *body = bytes + at + 4;
    size_t body_size = length - 2;
    if (marker == 0xE1 && body_size > 6 && memcmp(body, "Exif\0\0", 6) == 0) {
      info->orientation = exif_orientation(body + 6, body_size - 6);
    } else if (marker == 0xEE && body_size >= 5 && memcmp(body, "Adobe", 5) == 0) {
      info->inverted = true;
    }
    at += 2 + length;
  }
}

// 0xFF stands before a marker alone: in the data of a scan a zero follows it.
int64_t jpeg_scans(const uint8_t *bytes, size_t size) {
  int64_t scans = 0;
  const uint8_t *end = bytes + size;
  for (const uint8_t *at = bytes; at + 1 < end && (at = memchr(at, 0xFF, (size_t)(end - at - 1))); ++at) scans += at[1] == 0xDA;
  return scans;
}

// EXIF: 2 mirrored, 3 turned by 180 degrees, 4 flipped, 5 transposed, 6 needs a quarter turn clockwise, 7 transversed,
// 8 counter-clockwise.
void turn_upright(const uint8_t *stored, int32_t width, int32_t height, int32_t orientation, uint8_t *upright) {
  bool lies = orientation >= 5;
  bool mirror_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  bool mirror_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  int32_t upright_width = lies ? height : width, upright_height = lies ? width : height;
  for (int32_t y = 0; y < upright_height; ++y) {
    for (int32_t x = 0; x < upright_width; ++x) {
      int32_t from_x = lies ? y : x, from_y = lies ? x : y;
      if (mirror_x) from_x = width - 1 - from_x;
      if (mirror_y) from_y = height - 1 - from_y;
      memcpy(upright + 3 * ((size_t)y * upright_width + x), stored + 3 * ((size_t)from_y * width + from_x), 3);
    }
  }
}
