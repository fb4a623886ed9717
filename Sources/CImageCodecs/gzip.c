#include <zlib.h>

#include "codecs.h"

uint8_t *image_codecs_gunzip(const uint8_t *bytes, size_t size, size_t *unpacked_size, char *error) {
  z_stream stream = {.next_in = (Bytef *)bytes, .avail_in = (uInt)size};
  if (size > UINT32_MAX || inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) {
    fail(error, "zlib cannot start unpacking");
    return NULL;
  }
  size_t capacity = size * 4 + 4096, filled = 0;
  if (capacity > IMAGE_CODECS_MOST_UNPACKED) capacity = IMAGE_CODECS_MOST_UNPACKED;
  uint8_t *unpacked = malloc(capacity);
  int status = Z_OK;
  while (unpacked && status == Z_OK) {
    if (filled == capacity) {
      if (capacity == IMAGE_CODECS_MOST_UNPACKED) break;
      capacity = capacity > IMAGE_CODECS_MOST_UNPACKED / 2 ? IMAGE_CODECS_MOST_UNPACKED : capacity * 2;
      uint8_t *larger = realloc(unpacked, capacity);
      if (!larger) break;
      unpacked = larger;
    }
    size_t room = capacity - filled < (1u << 30) ? capacity - filled : (1u << 30);
    stream.next_out = unpacked + filled;
    stream.avail_out = (uInt)room;
    status = inflate(&stream, Z_NO_FLUSH);
    filled += room - stream.avail_out;
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) {
    fail(error, unpacked ? "the gzip file is damaged or cut short" : "no memory to unpack the gzip file");
    free(unpacked);
    return NULL;
  }
  *unpacked_size = filled;
  return unpacked;
}

uint8_t *image_codecs_deflate(const uint8_t *bytes, size_t size, size_t *packed_size) {
  uLongf length = compressBound(size);
  uint8_t *packed = malloc(length);
  if (packed && compress2(packed, &length, bytes, size, Z_DEFAULT_COMPRESSION) != Z_OK) {
    free(packed);
    return NULL;
  }
  *packed_size = length;
  return packed;
}

uint32_t image_codecs_crc32(const uint8_t *bytes, size_t size) { return (uint32_t)crc32_z(0, bytes, size); }
