#include <stdarg.h>
#include <tiffio.h>

#include "codecs.h"

// A file in memory, as libtiff asks for it.
typedef struct {
  const uint8_t *bytes;
  size_t size, position;
  char *error;
  bool has_failed;
} Source;

// libtiff takes no larger pieces of memory than this at once: a strip of a picture that is not refused.
static const tmsize_t most_memory = (tmsize_t)1 << 30;
// A page without a mark, packed by a fax machine's rules, takes a bit for a line.
enum { PIXELS_PER_BYTE = 4096, DOTS_PER_BYTE = 8192 };
static const int64_t few_pixels = 1 << 22;

static tmsize_t take(thandle_t handle, void *into, tmsize_t count) {
  Source *source = handle;
  size_t left = source->size - source->position;
  size_t taken = count < 0 ? 0 : (size_t)count < left ? (size_t)count : left;
  memcpy(into, source->bytes + source->position, taken);
  source->position += taken;
  return (tmsize_t)taken;
}

static tmsize_t put(thandle_t handle, void *from, tmsize_t count) {
  (void)handle;
  (void)from;
  (void)count;
  return 0;
}

static toff_t go(thandle_t handle, toff_t offset, int origin) {
  Source *source = handle;
  uint64_t start = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? source->position : source->size;
  uint64_t place = start + offset;
  if (place > source->size) return (toff_t)-1;
  source->position = (size_t)place;
  return place;
}

static int let_go(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t length(thandle_t handle) { return ((Source *)handle)->size; }

// Keeps the first reason.
static int refuse(TIFF *tiff, void *user, const char *module, const char *format, va_list values) {
  (void)tiff;
  (void)module;
  Source *source = user;
  if (!source->has_failed) vsnprintf(source->error, IMAGE_CODECS_ERROR_SIZE, format, values);
  source->has_failed = true;
  return 1;
}

static int let_pass(TIFF *tiff, void *user, const char *module, const char *format, va_list values) {
  (void)tiff;
  (void)user;
  (void)module;
  (void)format;
  (void)values;
  return 1;
}

static TIFF *open_tiff(Source *source) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return NULL;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, most_memory);
  TIFFOpenOptionsSetErrorHandlerExtR(options, refuse, source);
  TIFFOpenOptionsSetWarningHandlerExtR(options, let_pass, NULL);
  // Without mapping: what is read is in memory already.
  TIFF *tiff = TIFFClientOpenExt("picture", "rm", source, take, put, go, let_go, length, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}

static bool failed(const Source *source) {
  return source->has_failed ? false : fail(source->error, "the TIFF file is damaged or cut short");
}

// Channels, and what the last of them is.
static void tell_channels(TIFF *tiff, uint16_t photometric, uint16_t samples, ImageCodecsInfo *info) {
  uint16_t extras = 0, *kinds = NULL;
  const bool says = TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &extras, &kinds) && extras > 0 && kinds;
  const uint16_t last = says ? kinds[extras - 1] : EXTRASAMPLE_UNSPECIFIED;
  const bool is_alpha = last == EXTRASAMPLE_ASSOCALPHA || last == EXTRASAMPLE_UNASSALPHA;
  info->channels = 3;
  if (photometric == PHOTOMETRIC_RGB) {
    info->channels = samples;
    // As in Pillow, a fourth that nothing is said of is transparency.
    info->clear = samples > 3 && (is_alpha || (samples == 4 && !says));
  } else if (photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE) {
    info->channels = samples;
    info->clear = samples > 1 && is_alpha;
    info->bands = samples - info->clear > 1;
  }
}

bool tiff_probe(const uint8_t *bytes, size_t size, ImageCodecsInfo *info, char *error) {
  Source source = {bytes, size, 0, error, false};
  TIFF *tiff = open_tiff(&source);
  if (!tiff) return failed(&source);
  uint32_t width = 0, height = 0;
  uint16_t orientation = 1, bits = 1, samples = 1, photometric = PHOTOMETRIC_MINISBLACK, format = SAMPLEFORMAT_UINT;
  char reason[1024] = "";
  bool can_read = TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width) && TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height) &&
                  width <= INT32_MAX && height <= INT32_MAX;
  const bool has_orientation = TIFFGetField(tiff, TIFFTAG_ORIENTATION, &orientation);
  uint32_t packet_size = 0;
  const void *packet = NULL;
  if (!has_orientation && TIFFGetField(tiff, TIFFTAG_XMLPACKET, &packet_size, &packet) && packet) {
    orientation = (uint16_t)first_orientation(0, xmp_orientation(packet, packet_size));
  }
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  bool is_known = can_read && TIFFRGBAImageOK(tiff, reason);
  tell_channels(tiff, photometric, samples, info);
  TIFFClose(tiff);
  if (!can_read) return failed(&source);
  if (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16) {
    snprintf(error, IMAGE_CODECS_ERROR_SIZE, "its channels have %d bits: save it with 8 or 16", bits);
    return false;
  }
  // Which number is black and which is white is nowhere said of these; 8 bits with signs are taken for an oversight.
  if (bits == 16 && format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID) {
    return fail(error, format == SAMPLEFORMAT_INT ? "its numbers have signs: save it without"
                                                  : "its numbers are no whole ones: save it with 8 or 16 bits a channel");
  }
  if (photometric == PHOTOMETRIC_SEPARATED && bits != 8) return fail(error, "its inks have not 8 bits each: save it with 8");
  if (!is_known) return fail(error, reason[0] ? reason : "its kind of TIFF cannot be read");
  const int64_t pixels = (int64_t)width * height, most = bits * samples == 1 ? DOTS_PER_BYTE : PIXELS_PER_BYTE;
  const int64_t values = pixels * (info->channels > 4 ? info->channels : 1);
  if (values > few_pixels && values / most > (int64_t)size) return fail(error, "the file is too short for a picture of its size");
  info->format = IMAGE_CODECS_TIFF;
  info->file_width = (int32_t)width;
  info->file_height = (int32_t)height;
  info->bits = bits;
  info->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
  set_upright_size(info);
  return true;
}

// Reads the first page as it is stored, not turned, into rgba[height][width][4].
static bool read_page(TIFF *tiff, const ImageCodecsInfo *info, uint8_t *rgba, char *error) {
  TIFFRGBAImage image;
  char reason[1024] = "";
  if (!TIFFRGBAImageBegin(&image, tiff, 1, reason)) return reason[0] ? fail(error, reason) : false;
  // Of the two, equal ones mean that nothing is turned.
  image.orientation = image.req_orientation = ORIENTATION_TOPLEFT;
  bool read = (int32_t)image.width == info->file_width && (int32_t)image.height == info->file_height &&
              TIFFRGBAImageGet(&image, (uint32_t *)(void *)rgba, image.width, image.height);
  bool is_multiplied = image.alpha != 0;
  TIFFRGBAImageEnd(&image);
  if (!read) return false;
  // Each pixel is a number whose lowest byte is red; colours come multiplied by how opaque they are.
  const size_t pixels = (size_t)info->file_width * (size_t)info->file_height;
  for (size_t i = 0; i < pixels; ++i) {
    uint32_t pixel;
    memcpy(&pixel, rgba + 4 * i, 4);
    unsigned alpha = is_multiplied ? TIFFGetA(pixel) : 255, white = 255 - alpha;
    unsigned light[3] = {TIFFGetR(pixel) + white, TIFFGetG(pixel) + white, TIFFGetB(pixel) + white};
    for (int c = 0; c < 3; ++c) rgba[4 * i + c] = light[c] > 255 ? 255 : (uint8_t)light[c];
    rgba[4 * i + 3] = 255;
  }
  return true;
}

bool tiff_decode(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *rgb, char *error) {
  Source source = {bytes, size, 0, error, false};
  TIFF *tiff = open_tiff(&source);
  if (!tiff) return failed(&source);
  size_t pixels = (size_t)info->file_width * (size_t)info->file_height;
  uint8_t *rgba = malloc(pixels * 4), *stored = info->orientation == 1 ? rgb : malloc(pixels * 3);
  bool decoded = false;
  if (!rgba || !stored) {
    fail(error, "no memory to decode the picture");
  } else {
    error[0] = 0;
    decoded = read_page(tiff, info, rgba, error) || (error[0] ? false : failed(&source));
    for (size_t i = 0; decoded && i < pixels; ++i) memcpy(stored + 3 * i, rgba + 4 * i, 3);
    if (decoded && stored != rgb) turn_upright(stored, info->file_width, info->file_height, info->orientation, 3, rgb);
  }
  TIFFClose(tiff);
  if (stored != rgb) free(stored);
  free(rgba);
  return decoded;
}

// Values of 8 or 16 bits to bytes, `apart` from one another in `out`.
static void keep(const uint8_t *from, size_t count, int32_t bits, bool is_inverted, uint8_t *out, size_t apart) {
  for (size_t i = 0; i < count; ++i) {
    unsigned value = from[i];
    if (bits == 16) {
      uint16_t wide;
      memcpy(&wide, from + 2 * i, 2);
      value = (wide * 255u + 32895u) >> 16;
    }
    out[i * apart] = (uint8_t)(is_inverted ? 255 - value : value);
  }
}

// Where the values of a file stand: all channels of a pixel side by side, or one plane after the other.
typedef struct {
  size_t width, height, channels, planes, each;
  int32_t bits;
  bool is_inverted;
} Layout;

// One row of a plane, from a column on.
static void place_row(const Layout *layout, const uint8_t *from, size_t plane, size_t y, size_t x, size_t columns, uint8_t *out) {
  const bool is_apart = layout->planes > 1;
  keep(from, columns * layout->each, layout->bits, layout->is_inverted,
       out + (y * layout->width + x) * layout->channels + plane, is_apart ? layout->channels : 1);
}

static bool read_tiles(TIFF *tiff, const Layout *layout, uint8_t *out) {
  uint32_t across = 0, down = 0;
  if (!TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &across) || !TIFFGetField(tiff, TIFFTAG_TILELENGTH, &down)) return false;
  const tmsize_t size = TIFFTileSize(tiff), row = TIFFTileRowSize(tiff);
  if (across == 0 || down == 0 || size <= 0 || size > most_memory) return false;
  if ((size_t)row < across * layout->each * (size_t)layout->bits / 8 || (size_t)row * down > (size_t)size) return false;
  uint8_t *tile = calloc(1, (size_t)size);
  bool read = tile != NULL;
  for (size_t plane = 0; read && plane < layout->planes; ++plane) {
    for (size_t top = 0; read && top < layout->height; top += down) {
      for (size_t left = 0; read && left < layout->width; left += across) {
        read = TIFFReadTile(tiff, tile, (uint32_t)left, (uint32_t)top, 0, (uint16_t)plane) >= 0;
        const size_t columns = layout->width - left < across ? layout->width - left : across;
        for (size_t y = 0; read && y < down && top + y < layout->height; ++y) {
          place_row(layout, tile + y * (size_t)row, plane, top + y, left, columns, out);
        }
      }
    }
  }
  free(tile);
  return read;
}

static bool read_rows(TIFF *tiff, const Layout *layout, uint8_t *out) {
  const tmsize_t size = TIFFScanlineSize(tiff);
  if (size > most_memory || size < (tmsize_t)(layout->width * layout->each * (size_t)layout->bits / 8)) return false;
  uint8_t *row = calloc(1, (size_t)size);
  bool read = row != NULL;
  for (size_t plane = 0; read && plane < layout->planes; ++plane) {
    for (size_t y = 0; read && y < layout->height; ++y) {
      read = TIFFReadScanline(tiff, row, (uint32_t)y, (uint16_t)plane) >= 0;
      if (read) place_row(layout, row, plane, y, 0, layout->width, out);
    }
  }
  free(row);
  return read;
}

// The first page's values as they are stored, not turned.
static bool read_stored(TIFF *tiff, const ImageCodecsInfo *info, uint8_t *out) {
  uint32_t width = 0, height = 0;
  uint16_t samples = 1, bits = 1, planar = PLANARCONFIG_CONTIG, photometric = PHOTOMETRIC_MINISBLACK;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  if ((int32_t)width != info->file_width || (int32_t)height != info->file_height || samples != info->channels || bits != info->bits) {
    return false;
  }
  const bool is_apart = planar == PLANARCONFIG_SEPARATE;
  const Layout layout = {width, height, samples, is_apart ? samples : 1, is_apart ? 1 : samples, bits,
                         photometric == PHOTOMETRIC_MINISWHITE};
  return TIFFIsTiled(tiff) ? read_tiles(tiff, &layout, out) : read_rows(tiff, &layout, out);
}

bool tiff_decode_stored(const uint8_t *bytes, size_t size, const ImageCodecsInfo *info, uint8_t *samples, char *error) {
  if (info->bits != 8 && info->bits != 16) {
    snprintf(error, IMAGE_CODECS_ERROR_SIZE, "its channels have %d bits: save it with 8 or 16", info->bits);
    return false;
  }
  Source source = {bytes, size, 0, error, false};
  TIFF *tiff = open_tiff(&source);
  if (!tiff) return failed(&source);
  const size_t channels = (size_t)info->channels, pixels = (size_t)info->file_width * (size_t)info->file_height;
  uint8_t *stored = info->orientation == 1 ? samples : malloc(pixels * channels);
  bool decoded = false;
  if (!stored) {
    fail(error, "no memory to decode the picture");
  } else {
    error[0] = 0;
    decoded = read_stored(tiff, info, stored) || (error[0] ? false : failed(&source));
    if (decoded && stored != samples) {
      turn_upright(stored, info->file_width, info->file_height, info->orientation, channels, samples);
    }
  }
  TIFFClose(tiff);
  if (stored != samples) free(stored);
  return decoded;
}
