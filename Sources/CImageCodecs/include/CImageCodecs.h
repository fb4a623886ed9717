// JPEG (libjpeg-turbo), PNG (libpng), WebP (libwebp), TIFF (libtiff) and gzip (zlib) for Swift. No error leaves C as a
// jump, a signal or a line on stderr: each function says whether it succeeded and, if not, why in `error`.

#ifndef C_IMAGE_CODECS_H
#define C_IMAGE_CODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bytes that an error text takes at most, the final zero included.
#define IMAGE_CODECS_ERROR_SIZE 256

typedef enum { IMAGE_CODECS_JPEG = 1, IMAGE_CODECS_PNG, IMAGE_CODECS_WEBP, IMAGE_CODECS_TIFF } ImageCodecsFormat;

// What a file's first bytes say, and how it will be decoded.
typedef struct {
  ImageCodecsFormat format;
  int32_t width, height;          // of the decoded picture: upright, after scaled decoding
  int32_t file_width, file_height;  // as stored
  int32_t orientation;            // EXIF, or XMP where that has none, 1...8; 1 for upright
  int32_t scale;                  // JPEG: decoded at scale/8 of the stored size
  int32_t channels, bits;         // as stored: 1 grey, 3 colours, more are bands; with transparency; bits of a channel
  bool clear;                     // the last of the channels is transparency
  bool bands;                     // TIFF: nowhere is said that the channels are grey or colours
  bool cmyk, inverted;            // JPEG in four inks; as Adobe stores them, 255 = no ink
} ImageCodecsInfo;

// Reads the header.
bool image_codecs_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error);

// Has a probed JPEG decoded at eighths/8 of its size (1, 2 and 4 have vector code in libjpeg-turbo); other pictures
// keep theirs.
void image_codecs_shrink(ImageCodecsInfo *info, int32_t eighths);

// Decodes what was probed into samples[info->height][info->width][channels]: 8 bits, values as stored; of an animation
// and of several pages the first. Three channels: sRGB, grey repeated, transparency on white. One: grey of those, as
// Pillow has it. Any other number: the picture's own channels, transparency among them. Fails where it has others.
bool image_codecs_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, int32_t channels,
                         uint8_t *samples, char *error);

// Class numbers of a probed PNG's pixels into labels[info->height][info->width]: grey values as stored, of a palette
// the indices, never its colours.
bool image_codecs_decode_labels(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *labels,
                                char *error);
// The same with how opaque each pixel is, 255 wholly; fails where the PNG has no transparency.
bool image_codecs_decode_alpha(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *alpha,
                               char *error);

// What is unpacked at most: a vocabulary takes 2 MB, and a file of 100 kB may unpack to 100 MB.
enum { IMAGE_CODECS_MOST_UNPACKED = 64 << 20 };

// Unpacks a gzip file; the caller frees the result with free(). NULL on failure.
uint8_t *image_codecs_gunzip(const uint8_t *bytes, size_t size, size_t *unpacked_size, char *error);

// Packs bytes as a zlib stream (RFC 1950); the caller frees the result with free(). NULL on failure.
uint8_t *image_codecs_deflate(const uint8_t *bytes, size_t size, size_t *packed_size);

// The checksum of zip archives.
uint32_t image_codecs_crc32(const uint8_t *bytes, size_t size);

// pixels.c

// Fraction bits of a resampling weight: 32 less 8 for the pixel and 2 for overshoot.
#define IMAGE_CODECS_WEIGHT_BITS 22

// How one axis is resampled: target i is the sum of weights[i * taps + k] * source[first[i] + k] over k in
// 0..<count[i], count >= 1.
typedef struct {
  int32_t targets, taps;
  const int32_t *weights, *first, *count;
} ImageCodecsWeights;

// Rows of interleaved pixels, `stride` bytes apart, to out[rows][targets][3].
void image_codecs_resample_across(const uint8_t *rgb, size_t stride, int32_t rows, const ImageCodecsWeights *axis,
                                  uint8_t *out);
// The same of so many channels, to out[rows][targets][channels].
void image_codecs_resample_channels(const uint8_t *samples, size_t stride, int32_t rows, int32_t channels,
                                    const ImageCodecsWeights *axis, uint8_t *out);
// Rows of row_bytes each to out[targets][row_bytes].
void image_codecs_resample_down(const uint8_t *rgb, size_t row_bytes, const ImageCodecsWeights *axis, uint8_t *out);

// Interleaved bytes to planes [3][height][width] in 0...1.
void image_codecs_planes(const uint8_t *rgb, int32_t width, int32_t height, bool mirrored, float *planes);
// The same of so many channels: planes [channels][height][width].
void image_codecs_channel_planes(const uint8_t *samples, int32_t channels, int32_t width, int32_t height, bool mirrored,
                                 float *planes);
// v = v * factor + shift, clipped to 0...1.
void image_codecs_scale_and_shift(float *values, size_t count, float factor, float shift);
// Mean of .2989 R + .587 G + .114 B.
double image_codecs_mean_luminance(const float *planes, size_t plane);
// Mean of all values.
double image_codecs_mean(const float *values, size_t count);
// Moves every pixel away from (or towards) its own luminance, clipped to 0...1.
void image_codecs_saturate(float *planes, size_t plane, float factor);

#endif
