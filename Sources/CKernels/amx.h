#ifndef MVP_AMX_H
#define MVP_AMX_H

#include "panels.h"

// Intel's Advanced Matrix Extensions: eight registers ("tiles") of up to 16 lines of 64 bytes, and an instruction that
// adds to sums of 16 x 16 float32 the products of 16 x 32 and 32 x 16 bfloat16 (Intel 64 and IA-32 Architectures
// Software Developer's Manual, volume 1, chapter 18, "Programming with Intel AMX", and TDPBF16PS in volume 2; how to
// block and what to do meanwhile: Intel's Optimization Reference Manual, chapter "Intel AMX").

// Rows of a tile, and units of k that one instruction sums.
enum { AMX_ROWS = 16, AMX_UNITS = 16, AMX_LINE = 64 };

// What LDTILECFG loads: lines and bytes of a line of each tile.
typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t line_bytes[16];
  uint8_t lines[16];
} amx_shapes;

#if defined(__x86_64__)
#ifdef MVP_AMX_IN_C
#include MVP_AMX_IN_C  // the same in plain C: tests hold what is built from it to the truth on other CPUs
#else
#define AMX __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,amx-tile,amx-bf16,prfchw")))
#define amx_configure(shapes) _tile_loadconfig(shapes)
#define amx_release() _tile_release()
#define amx_zero(tile) _tile_zero(tile)
#define amx_load(tile, from, stride) _tile_loadd(tile, from, stride)
#define amx_store(tile, to, stride) _tile_stored(tile, to, stride)
#define amx_multiply_add(sums, a, b) _tile_dpbf16ps(sums, a, b)
#endif

// The m rows of a product in as few tiles as can hold them, all of the same height; the last begins so early that it
// ends with them.
typedef struct {
  long m, tiles, rows;
} amx_rows;

static inline amx_rows amx_rows_of(long m) {
  const long tiles = (m + AMX_ROWS - 1) / AMX_ROWS;
  return (amx_rows){m, tiles, (m + tiles - 1) / tiles};
}

static inline long amx_start(amx_rows rows, long tile) { return tile + 1 < rows.tiles ? tile * rows.rows : rows.m - rows.rows; }

static inline long amx_steps(long k) { return (units_of(k, MVP_BFLOAT16) + AMX_UNITS - 1) / AMX_UNITS; }

// A[m,k] tile by tile and step by step of k, a line of 64 bytes for each row, zeros behind k. One of A's strides is 1.
void mvp_pack_amx_tiles(mvp_matrix a, long m, long k, uint32_t *tiles);

// A[m,k], bfloat16, as the tiles load it: packed, or as it lies, with contiguous columns, where `tiles` is NULL.
typedef struct {
  mvp_matrix matrix;
  const uint32_t *tiles;
} amx_left;

// C[m,n] (+)= A B + bias for the panels of B: `depth` units each, of which those of this k begin at `begin`. `room` is
// for mvp_amx_room(m, n) units.
void mvp_multiply_amx(amx_left a, const uint32_t *panels, long depth, long begin, mvp_matrix c, long m, long n, long k,
                      bool accumulate, const float *bias, uint32_t *room);

// Units of what mvp_pack_amx_tiles writes; and of the sums of 2 x 2 tiles for some panels, with a step of every row and
// panel.
enum { AMX_PANELS = 32, AMX_SUMS = 2 * AMX_ROWS * PANEL };
static inline size_t mvp_amx_tiles(long m, long units) {
  return (size_t)amx_rows_of(m).tiles * AMX_ROWS * ((units + AMX_UNITS - 1) / AMX_UNITS) * AMX_UNITS;
}
static inline size_t mvp_amx_room(long m, long n) { return AMX_PANELS * AMX_SUMS + (size_t)(m + n + PANEL) * AMX_UNITS; }
#endif

#endif
