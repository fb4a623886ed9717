// How a picture was held, as EXIF or XMP says it, and turning it.

#include "codecs.h"

static uint32_t read_number(const uint8_t *at, int bytes, bool little) {
  uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8 | at[little ? bytes - 1 - i : i];
  return value;
}

// Bytes of a value by the types of TIFF 6.0: whole numbers of one, two and four bytes, with a sign or without.
static int bytes_of_type(uint32_t type) {
  switch (type) {
    case 1: case 6: return 1;
    case 3: case 8: return 2;
    case 4: case 9: return 4;
    default: return 0;
  }
}

int32_t exif_orientation(const uint8_t *tiff, size_t size) {
  if (size < 8) return 0;
  bool little = memcmp(tiff, "II", 2) == 0;
  if (!little && memcmp(tiff, "MM", 2) != 0) return 0;
  uint32_t directory = read_number(tiff + 4, 4, little);
  if (directory > size - 2) return 0;
  uint32_t entries = read_number(tiff + directory, 2, little);
  for (uint32_t i = 0; i < entries; ++i) {
    size_t entry = (size_t)directory + 2 + 12 * (size_t)i;
    if (entry + 12 > size) return 0;
    if (read_number(tiff + entry, 2, little) != 0x0112) continue;
    int bytes = bytes_of_type(read_number(tiff + entry + 2, 2, little));
    uint32_t value = bytes ? read_number(tiff + entry + 8, bytes, little) : 1;
    return value >= 1 && value <= 8 ? (int32_t)value : 1;
  }
  return 0;
}

// Read as Pillow does (`Image.getexif`): the first `tiff:Orientation="N` or `tiff:Orientation>N`, whatever surrounds
// it, so that nesting costs nothing.
int32_t xmp_orientation(const uint8_t *packet, size_t size) {
  static const char name[] = "tiff:Orientation";
  const size_t length = sizeof name - 1;
  const uint8_t *at = packet, *end = packet + (size < MOST_XMP ? size : MOST_XMP);
  while ((size_t)(end - at) > length && (at = memchr(at, name[0], (size_t)(end - at) - length))) {
    if (memcmp(at, name, length) != 0) {
      ++at;
      continue;
    }
    at += length;
    const size_t left = (size_t)(end - at), sign = left > 1 && at[0] == '=' && at[1] == '"' ? 2 : left > 0 && at[0] == '>';
    if (sign == 0 || left <= sign || at[sign] < '0' || at[sign] > '9') continue;
    const int32_t value = at[sign] - '0';
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 0;
}

int32_t first_orientation(int32_t exif, int32_t xmp) { return exif ? exif : xmp ? xmp : 1; }

void set_upright_size(ImageCodecsInfo *info) {
  bool lies = info->orientation >= 5;
  info->width = lies ? info->file_height : info->file_width;
  info->height = lies ? info->file_width : info->file_height;
}

// EXIF: 2 mirrored, 3 turned by 180 degrees, 4 flipped, 5 transposed, 6 needs a quarter turn clockwise, 7 transversed,
// 8 counter-clockwise.
void turn_upright(const uint8_t *stored, int32_t width, int32_t height, int32_t orientation, size_t channels, uint8_t *upright) {
  bool lies = orientation >= 5;
  bool mirror_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  bool mirror_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  int32_t upright_width = lies ? height : width, upright_height = lies ? width : height;
  for (int32_t y = 0; y < upright_height; ++y) {
    for (int32_t x = 0; x < upright_width; ++x) {
      int32_t from_x = lies ? y : x, from_y = lies ? x : y;
      if (mirror_x) from_x = width - 1 - from_x;
      if (mirror_y) from_y = height - 1 - from_y;
      memcpy(upright + channels * ((size_t)y * upright_width + x), stored + channels * ((size_t)from_y * width + from_x), channels);
    }
  }
}
