#ifndef MVP_PANELS_H
#define MVP_PANELS_H

#include <stdint.h>

#include "lanes.h"

// What packing and tiles agree on. A unit is what one lane of a vector multiplies at once: a float32, or two bfloat16
// that follow each other along k, the second zero where k is odd. B lies in panels of 32 columns, one behind the other;
// the last one has 16 where that is enough, and zeros where there is no column. In a panel a line of 16 or 32 units
// stands for each unit of k.
enum { PANEL = MVP_STRIPE, TILE_ROWS = 14 };

static inline long units_of(long k, mvp_type type) { return type == MVP_BFLOAT16 ? (k + 1) / 2 : k; }
static inline long size_of(mvp_type type) { return type == MVP_BFLOAT16 ? 2 : 4; }
// Columns that the panels of n columns have room for.
static inline long padded_columns(long n) { return (n + LANES - 1) / LANES * LANES; }

// As few tiles as can hold the m rows of a product share them evenly.
static inline long tile_count(long m) { return (m + TILE_ROWS - 1) / TILE_ROWS; }
static inline long tile_start(long m, long tile) { return m * tile / tile_count(m); }

#if defined(__x86_64__)
// At most 14 rows by at most 32 columns of C.
typedef struct {
  const char *a;
  long a_row, a_unit;  // bytes from row to row and from unit to unit
  const uint32_t *panel;
  const char *upcoming;  // of the next panel, what this tile is to fetch
  long units;  // whole ones
  bool half;   // one bfloat16 more along k
  char *c;
  long c_row;  // bytes
  mvp_type c_type;
  bool accumulate;
  const float *bias;
  uint16_t columns[2];  // those of each vector that there are, a bit each
} tile_work;

// By rows - 1, type that is multiplied, and vectors of the panel - 1.
typedef void (*tile_function)(const tile_work *);
extern const tile_function mvp_tiles[TILE_ROWS][2][2];

// B[k,n] into panels of `type`; one of its strides is 1.
void mvp_pack_panels(mvp_matrix b, long k, long n, mvp_type type, bool past_caches, uint32_t *panels);
// A[m,k] tile by tile: for each unit of k the units of the tile's rows. A half unit is made whole. One of A's strides
// is 1; `tiles` has room for 16 units more.
void mvp_pack_tiles(mvp_matrix a, long m, long k, mvp_type type, uint32_t *tiles);
#endif

#endif
