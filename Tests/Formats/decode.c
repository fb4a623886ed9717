// decode FILE: what the program's decoder makes of a picture, as PPM on standard output; on standard error what it is,
// or with status 1 why it is none, and in the last line the most memory that was taken, in kB.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CImageCodecs.h"

static uint8_t *contents(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) return NULL;
  const long length = ftell(file);
  uint8_t *bytes = length < 0 ? NULL : malloc((size_t)length + 1);
  rewind(file);
  *size = (size_t)length;
  return bytes && fread(bytes, 1, *size, file) == *size ? bytes : NULL;
}

// Of this program alone: what getrusage says has the memory of the process in which it was started.
static void say_memory(void) {
  char line[256];
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file)) {
    if (strncmp(line, "VmHWM:", 6) == 0) fprintf(stderr, "%ld\n", strtol(line + 6, NULL, 10));
  }
  if (file) fclose(file);
}

static int refused(const char *reason) {
  fprintf(stderr, "%s\n", reason);
  say_memory();
  return 1;
}

int main(int count, char **arguments) {
  size_t size = 0;
  uint8_t *bytes = count == 2 ? contents(arguments[1], &size) : NULL;
  if (!bytes) return 64;
  static const char *formats[] = {"other", "JPEG", "PNG", "WebP", "TIFF"};
  char error[IMAGE_CODECS_ERROR_SIZE] = "";
  ImageCodecsInfo info;
  if (!image_codecs_probe(bytes, size, &info, error)) return refused(error);
  const size_t pixels = (size_t)info.width * (size_t)info.height;
  uint8_t *rgb = malloc(3 * pixels);
  if (!rgb || !image_codecs_decode(bytes, size, &info, 3, rgb, error)) return refused(error);
  fprintf(stderr, "%s %d channels %d bits%s, orientation %d\n", formats[info.format], info.channels, info.bits,
          info.cmyk ? ", inks" : "", info.orientation);
  say_memory();
  printf("P6\n%d %d\n255\n", info.width, info.height);
  const bool is_written = fwrite(rgb, 3, pixels, stdout) == pixels;
  free(rgb);
  free(bytes);
  return is_written ? 0 : 74;
}
