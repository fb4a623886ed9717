// The instructions of amx.h in plain C, as Intel's manual describes them: eight tiles of the calling thread, with the
// lines and bytes that were configured.
#include <string.h>

#define AMX AVX512_BF16

static _Thread_local amx_shapes shapes;
static _Thread_local unsigned char tiles[8][AMX_ROWS][AMX_LINE];

static inline void amx_configure(const amx_shapes *new_shapes) {
  shapes = *new_shapes;
  memset(tiles, 0, sizeof tiles);
}

static inline void amx_release(void) { amx_configure(&(amx_shapes){0}); }

static inline void amx_zero(int tile) { memset(tiles[tile], 0, sizeof tiles[tile]); }

static inline void amx_load(int tile, const void *from, long stride) {
  amx_zero(tile);
  for (int line = 0; line < shapes.lines[tile]; line++) {
    memcpy(tiles[tile][line], (const char *)from + line * stride, shapes.line_bytes[tile]);
  }
}

static inline void amx_store(int tile, void *to, long stride) {
  for (int line = 0; line < shapes.lines[tile]; line++) {
    memcpy((char *)to + line * stride, tiles[tile][line], shapes.line_bytes[tile]);
  }
}

static inline float amx_float(const unsigned char *half) {
  uint16_t bits;
  memcpy(&bits, half, 2);
  const uint32_t wide = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &wide, 4);
  return value;
}

static inline void amx_multiply_add(int sums, int a, int b) {
  for (int row = 0; row < shapes.lines[sums]; row++) {
    for (int unit = 0; unit < shapes.line_bytes[a] / 4; unit++) {
      for (int column = 0; column < shapes.line_bytes[sums] / 4; column++) {
        const unsigned char *left = tiles[a][row] + 4 * unit, *right = tiles[b][unit] + 4 * column;
        float sum;
        memcpy(&sum, tiles[sums][row] + 4 * column, 4);
        sum += amx_float(left) * amx_float(right) + amx_float(left + 2) * amx_float(right + 2);
        memcpy(tiles[sums][row] + 4 * column, &sum, 4);
      }
    }
  }
}
