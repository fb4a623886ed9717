// How a picture was held, as a PNG says it: in the chunk eXIf, which may stand behind the pixels, in a text of the name
// that programs used before there was one (ImageMagick, ExifTool), or in one of XMP.

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
  const int32_t orientation = exif ? of_exif(exif, count) : 0;
  free(exif);
  return orientation;
}

// The first bytes of what was packed, no more than `most`.
// Returns how many there are; `text` is to be freed.
static size_t unpacked(const uint8_t *packed, size_t length, size_t most, uint8_t **text) {
  *text = malloc(most);
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  size_t count = 0;
  if (*text && inflateInit(&stream) == Z_OK) {
    stream.next_in = packed;
    stream.avail_in = length > most ? (uInt)most : (uInt)length;
    stream.next_out = *text;
    stream.avail_out = (uInt)most;
    const int status = inflate(&stream, Z_SYNC_FLUSH);
    if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) count = most - stream.avail_out;
    inflateEnd(&stream);
  }
  return count;
}

// Of a chunk's content; 0 where it says nothing.
static int32_t of_text(const uint8_t *content, size_t length, bool is_packed) {
  static const char *names[] = {"Raw profile type exif", "Raw profile type APP1"};
  for (int i = 0; i < 2; ++i) {
    // The name ends with a zero; behind that of a packed text stands how it is packed.
    const size_t start = strlen(names[i]) + 1 + is_packed;
    if (length <= start || memcmp(content, names[i], strlen(names[i]) + 1) != 0) continue;
    if (!is_packed) return of_profile(content + start, length - start);
    if (content[start - 1] != 0) return 0;
    uint8_t *text;
    const size_t count = unpacked(content + start, length - start, MOST_TEXT, &text);
    const int32_t orientation = of_profile(text, count);
    free(text);
    return orientation;
  }
  return 0;
}

// Of the content of iTXt: name, whether and how it is packed, language, the name in that language, text.
static int32_t of_international_text(const uint8_t *content, size_t length) {
  static const char name[] = "XML:com.adobe.xmp";
  if (length < sizeof name + 2 || memcmp(content, name, sizeof name) != 0) return 0;
  const bool is_packed = content[sizeof name] != 0;
  if (is_packed && content[sizeof name + 1] != 0) return 0;
  const uint8_t *at = content + sizeof name + 2, *end = content + length;
  for (int texts = 0; texts < 2; ++texts) {
    at = memchr(at, 0, (size_t)(end - at));
    if (!at) return 0;
    ++at;
  }
  if (!is_packed) return xmp_orientation(at, (size_t)(end - at));
  uint8_t *text;
  const size_t count = unpacked(at, (size_t)(end - at), MOST_XMP, &text);
  const int32_t orientation = text ? xmp_orientation(text, count) : 0;
  free(text);
  return orientation;
}

int32_t png_orientation(const uint8_t *bytes, size_t size) {
  int32_t of_chunk = 0, of_texts = 0, of_xmp = 0;
  bool has_chunk = false;
  size_t at = 8;
  while (size - at >= 12) {
    const size_t length = (size_t)bytes[at] << 24 | (size_t)bytes[at + 1] << 16 | (size_t)bytes[at + 2] << 8 | bytes[at + 3];
    if (length > size - at - 12) break;
    const uint8_t *content = bytes + at + 8, *kind = bytes + at + 4;
    if (memcmp(kind, "eXIf", 4) == 0) {
      of_chunk = of_exif(content, length);
      if (of_chunk) return of_chunk;
      has_chunk = true;
    }
    const bool is_packed = memcmp(kind, "zTXt", 4) == 0;
    if (of_texts == 0 && (is_packed || memcmp(kind, "tEXt", 4) == 0)) of_texts = of_text(content, length, is_packed);
    if (of_xmp == 0 && memcmp(kind, "iTXt", 4) == 0) of_xmp = of_international_text(content, length);
    at += 12 + length;
  }
  return first_orientation(has_chunk ? 0 : of_texts, of_xmp);
}
