// How a picture was held, as a PNG says it: in the chunk eXIf, which may stand behind the pixels, or in a text of the
// name that programs used before there was one (ImageMagick, ExifTool).

#include <zlib.h>

#include "codecs.h"

// The orientation stands in the first directory; no more of a text is read.
enum { MOST_TEXT = 1 << 16 };

static int hex(uint8_t sign) {
  if (sign >= '0' && sign <= '9') return sign - '0';
  if (sign >= 'a' && sign <= 'f') return sign - 'a' + 10;
  return sign >= 'A' && sign <= 'F' ? sign - 'A' + 10 : -1;
}

// Some programs put the head of a JPEG's marker before it.
static int32_t of_exif(const uint8_t *content, size_t length) {
  const size_t head = length > 6 && memcmp(content, "Exif\0\0", 6) == 0 ? 6 : 0;
  return exif_orientation(content + head, length - head);
}

// "\nexif\n  LENGTH\n" and two digits to a byte, in lines.
static int32_t of_profile(const uint8_t *text, size_t length) {
  size_t at = 0;
  for (int lines = 0; lines < 3 && at < length; ++at) lines += text[at] == '\n';
  uint8_t *exif = malloc(MOST_TEXT);
  size_t count = 0;
  int digit = -1;
  for (; exif && at < length && count < MOST_TEXT; ++at) {
    const int value = hex(text[at]);
    if (value < 0) continue;
    if (digit >= 0) exif[count++] = (uint8_t)(digit << 4 | value);
    digit = digit >= 0 ? -1 : value;
  }
  const int32_t orientation = exif ? of_exif(exif, count) : 1;
  free(exif);
  return orientation;
}

static int32_t of_packed_profile(const uint8_t *packed, size_t length) {
  uint8_t *text = malloc(MOST_TEXT);
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  int32_t orientation = 1;
  if (text && inflateInit(&stream) == Z_OK) {
    stream.next_in = packed;
    stream.avail_in = length > MOST_TEXT ? MOST_TEXT : (uInt)length;
    stream.next_out = text;
    stream.avail_out = MOST_TEXT;
    const int status = inflate(&stream, Z_SYNC_FLUSH);
    if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) orientation = of_profile(text, MOST_TEXT - stream.avail_out);
    inflateEnd(&stream);
  }
  free(text);
  return orientation;
}

// Of a chunk's content; 1 where it says nothing.
static int32_t of_text(const uint8_t *content, size_t length, bool is_packed) {
  static const char *names[] = {"Raw profile type exif", "Raw profile type APP1"};
  for (int i = 0; i < 2; ++i) {
    // The name ends with a zero; behind that of a packed text stands how it is packed.
    const size_t start = strlen(names[i]) + 1 + is_packed;
    if (length <= start || memcmp(content, names[i], strlen(names[i]) + 1) != 0) continue;
    if (!is_packed) return of_profile(content + start, length - start);
    return content[start - 1] == 0 ? of_packed_profile(content + start, length - start) : 1;
  }
  return 1;
}

int32_t png_orientation(const uint8_t *bytes, size_t size) {
  int32_t of_texts = 1;
  size_t at = 8;
  while (size - at >= 12) {
    const size_t length = (size_t)bytes[at] << 24 | (size_t)bytes[at + 1] << 16 | (size_t)bytes[at + 2] << 8 | bytes[at + 3];
    if (length > size - at - 12) break;
    const uint8_t *content = bytes + at + 8, *kind = bytes + at + 4;
    if (memcmp(kind, "eXIf", 4) == 0) return of_exif(content, length);
    const bool is_packed = memcmp(kind, "zTXt", 4) == 0;
    if (of_texts == 1 && (is_packed || memcmp(kind, "tEXt", 4) == 0)) of_texts = of_text(content, length, is_packed);
    at += 12 + length;
  }
  return of_texts;
}
