// What libjpeg-turbo's simple interface does not tell: the orientation in EXIF or XMP (APP1) and
// Adobe's inverted inks (APP14).

#include "codecs.h"

static uint32_t big_endian(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }

static const char xmp_name[] = "http://ns.adobe.com/xap/1.0/";

static void read_segments(const uint8_t *bytes, size_t size, int32_t *exif, int32_t *xmp, bool *is_inverted) {
  size_t at = 2;
  while (at + 4 <= size && bytes[at] == 0xFF) {
    uint8_t marker = bytes[at + 1];
    if (marker == 0xFF) {
      ++at;  // a fill byte
      continue;
    }
    if (marker == 0xDA || marker == 0xD9) return;
    size_t length = big_endian(bytes + at + 2);
    if (length < 2 || at + 2 + length > size) return;
    const uint8_t *body = bytes + at + 4;
    size_t body_size = length - 2;
    if (marker == 0xE1 && body_size > 6 && memcmp(body, "Exif\0\0", 6) == 0) {
      const int32_t found = exif_orientation(body + 6, body_size - 6);
      if (found) *exif = found;
    } else if (marker == 0xE1 && body_size > sizeof xmp_name && memcmp(body, xmp_name, sizeof xmp_name) == 0) {
      const int32_t found = xmp_orientation(body + sizeof xmp_name, body_size - sizeof xmp_name);
      if (found) *xmp = found;
    } else if (marker == 0xEE && body_size >= 5 && memcmp(body, "Adobe", 5) == 0) {
      *is_inverted = true;
    }
    at += 2 + length;
  }
}

void jpeg_read_markers(const uint8_t *bytes, size_t size, ImageCodecsInfo *info) {
  int32_t exif = 0, xmp = 0;
  read_segments(bytes, size, &exif, &xmp, &info->inverted);
  info->orientation = first_orientation(exif, xmp);
}

// 0xFF stands before a marker alone: in the data of a scan a zero follows it.
int64_t jpeg_scans(const uint8_t *bytes, size_t size) {
  int64_t scans = 0;
  const uint8_t *end = bytes + size;
  for (const uint8_t *at = bytes; at + 1 < end && (at = memchr(at, 0xFF, (size_t)(end - at - 1))); ++at) scans += at[1] == 0xDA;
  return scans;
}
