#include <webp/decode.h>
#include <webp/demux.h>

#include "codecs.h"

// A picture of one colour takes some bytes whatever its size; a large one is worth no memory.
enum { PIXELS_PER_BYTE = 8192 };
static const int64_t few_pixels = 1 << 22;

bool webp_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error) {
  WebPData data = {bytes, size};
  WebPDemuxer *demuxer = WebPDemux(&data);
  if (!demuxer) return fail(error, "the WebP file is damaged or cut short");
  info->format = IMAGE_CODECS_WEBP;
  info->file_width = (int32_t)WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH);
  info->file_height = (int32_t)WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT);
  info->channels = WebPDemuxGetI(demuxer, WEBP_FF_FORMAT_FLAGS) & ALPHA_FLAG ? 4 : 3;
  info->clear = info->channels == 4;
  info->bits = 8;
  WebPChunkIterator chunk;
  int32_t exif = 0, xmp = 0;
  if (WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk)) {
    const uint8_t *content = chunk.chunk.bytes;
    size_t head = chunk.chunk.size > 6 && memcmp(content, "Exif\0\0", 6) == 0 ? 6 : 0;
    exif = exif_orientation(content + head, chunk.chunk.size - head);
    WebPDemuxReleaseChunkIterator(&chunk);
  }
  if (WebPDemuxGetChunk(demuxer, "XMP ", 1, &chunk)) {
    xmp = xmp_orientation(chunk.chunk.bytes, chunk.chunk.size);
    WebPDemuxReleaseChunkIterator(&chunk);
  }
  info->orientation = first_orientation(exif, xmp);
  set_upright_size(info);
  WebPDemuxDelete(demuxer);
  const int64_t pixels = (int64_t)info->file_width * info->file_height;
  if (pixels > few_pixels && pixels / PIXELS_PER_BYTE > (int64_t)size) {
    return fail(error, "the file is too short for a picture of its size");
  }
  return true;
}

// Puts the first frame, which may be smaller than the canvas, onto a canvas of nothing.
static bool first_frame(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgba, char *error) {
  WebPData data = {bytes, size};
  WebPDemuxer *demuxer = WebPDemux(&data);
  if (!demuxer) return fail(error, "the WebP file is damaged or cut short");
  WebPIterator frame;
  bool decoded = false;
  if (WebPDemuxGetFrame(demuxer, 1, &frame)) {
    size_t stride = (size_t)info->file_width * 4;
    bool fits = frame.complete && frame.x_offset >= 0 && frame.y_offset >= 0 && frame.width > 0 && frame.height > 0 &&
                frame.width <= info->file_width - frame.x_offset && frame.height <= info->file_height - frame.y_offset;
    if (fits) {
      uint8_t *corner = rgba + stride * (size_t)frame.y_offset + 4 * (size_t)frame.x_offset;
      size_t room = stride * (size_t)(info->file_height - frame.y_offset) - 4 * (size_t)frame.x_offset;
      decoded = WebPDecodeRGBAInto(frame.fragment.bytes, frame.fragment.size, corner, room, (int)stride) != NULL;
    }
    WebPDemuxReleaseIterator(&frame);
  }
  WebPDemuxDelete(demuxer);
  return decoded || fail(error, "the WebP file is damaged or cut short");
}

// The pixels with their transparency, upright; NULL on failure. The caller frees them.
static uint8_t *upright_rgba(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, char *error) {
  const size_t pixels = (size_t)info->file_width * (size_t)info->file_height;
  uint8_t *rgba = calloc(pixels, 4), *upright = info->orientation == 1 ? NULL : malloc(pixels * 4);
  bool decoded = false;
  if (!rgba || (info->orientation != 1 && !upright)) {
    fail(error, "no memory to decode the picture");
  } else {
    decoded = first_frame(bytes, size, info, rgba, error);
    if (decoded && upright) {
      turn_upright(rgba, info->file_width, info->file_height, info->orientation, 4, upright);
      uint8_t *turned = upright;
      upright = rgba;
      rgba = turned;
    }
  }
  free(upright);
  if (decoded) return rgba;
  free(rgba);
  return NULL;
}

bool webp_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error) {
  uint8_t *rgba = upright_rgba(bytes, size, info, error);
  if (!rgba) return false;
  compose_on_white(rgba, (size_t)info->width * (size_t)info->height, rgb);
  free(rgba);
  return true;
}

bool webp_decode_stored(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *samples, char *error) {
  uint8_t *rgba = upright_rgba(bytes, size, info, error);
  if (!rgba) return false;
  memcpy(samples, rgba, (size_t)info->width * (size_t)info->height * 4);
  free(rgba);
  return true;
}
