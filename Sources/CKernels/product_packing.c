#include "panels.h"
#include "transpose.h"

#if defined(__x86_64__)
INLINE const void *element(mvp_matrix x, long row, long column) {
  return (const char *)x.data + (row * x.row + column * x.column) * size_of(x.type);
}

// Sixteen bfloat16, each in the low half of a lane.
INLINE AVX512_BF16 __m512i load_halves(mvp_type from_type, const void *from, uint32_t mask) {
  __m256i halves = from_type == MVP_BFLOAT16 ? _mm256_maskz_loadu_epi16((__mmask16)mask, from)
                                             : (__m256i)_mm512_cvtneps_pbh(load_floats(from, mask));
  return _mm512_cvtepu16_epi32(halves);
}

// The units of 16 columns at rows `row` of a matrix whose rows are contiguous.
INLINE AVX512_BF16 __m512i units_across(mvp_matrix b, long unit, long column, long k, uint32_t mask, mvp_type type) {
  if (type == MVP_FLOAT32) return load_wide(b.type, element(b, unit, column), mask);
  __m512i first = load_halves(b.type, element(b, 2 * unit, column), mask);
  if (2 * unit + 1 >= k) return first;
  return _mm512_or_si512(first, _mm512_slli_epi32(load_halves(b.type, element(b, 2 * unit + 1, column), mask), 16));
}

// `past_caches` has to be a constant after inlining: of two stores to the same place the compiler makes one plain one.
INLINE AVX512 void put(uint32_t *line, __m512i units, bool past_caches) {
  if (past_caches) {
    _mm512_stream_si512((__m512i *)line, units);
  } else {
    _mm512_store_si512(line, units);
  }
}

INLINE AVX512_BF16 void pack_rows(mvp_matrix b, long k, long n, mvp_type type, bool past, uint32_t *panels) {
  const long units = units_of(k, type);
  for (long unit = 0; unit < units; unit++) {
    for (long j = 0; j < n; j += PANEL) {
      uint32_t *panel = panels + j * units;
      const long rest = n - j;
      if (rest > LANES) {
        uint32_t *line = panel + unit * PANEL;
        put(line, units_across(b, unit, j, k, 0xffff, type), past);
        put(line + LANES, units_across(b, unit, j + LANES, k, first_of(rest - LANES, LANES), type), past);
      } else {
        put(panel + unit * LANES, units_across(b, unit, j, k, first_of(rest, LANES), type), past);
      }
    }
  }
}

// Sixteen units along k, from unit `unit` on, of a column whose elements are contiguous.
INLINE AVX512_BF16 __m512i units_along(mvp_matrix b, long unit, long column, long k, mvp_type type) {
  if (type == MVP_FLOAT32) return load_wide(b.type, element(b, unit, column), first_of(k - unit, LANES));
  const void *from = element(b, 2 * unit, column);
  const long rest = k - 2 * unit;
  if (b.type == MVP_BFLOAT16) return _mm512_maskz_loadu_epi16((__mmask32)first_of(rest, 32), from);
  __m512 low = load_floats(from, first_of(rest, LANES));
  __m512 high = rest > LANES ? load_floats((const float *)from + LANES, first_of(rest - LANES, LANES)) : _mm512_setzero_ps();
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

INLINE AVX512_BF16 void pack_columns(mvp_matrix b, long k, long n, mvp_type type, bool past, uint32_t *panels) {
  const long units = units_of(k, type);
  for (long j = 0; j < n; j += LANES) {
    const long start = j / PANEL * PANEL, width = n - start > LANES ? PANEL : LANES;
    uint32_t *out = panels + start * units + (j - start);
    for (long unit = 0; unit < units; unit += LANES) {
      __m512i block[LANES];
      for (int i = 0; i < LANES; i++) {
        block[i] = j + i < n ? units_along(b, unit, j + i, k, type) : _mm512_setzero_si512();
      }
      transpose(block);
      const long lines = units - unit < LANES ? units - unit : LANES;
      for (long i = 0; i < lines; i++) put(out + (unit + i) * width, block[i], past);
    }
    if (width == PANEL && n - j <= LANES && j == start) {
      for (long unit = 0; unit < units; unit++) put(out + LANES + unit * width, _mm512_setzero_si512(), past);
    }
  }
}

// Rows of A that follow each other are read side by side, across all tiles, some units at a time: its columns may lie
// pages apart, and each tile is to be written in pieces of whole lines. What lies apart no hardware fetches ahead.
enum { UNITS_AT_A_TIME = 8, UNITS_AHEAD = 16 };

INLINE AVX512_BF16 void tiles_from_columns(mvp_matrix a, long m, long k, mvp_type type, uint32_t *tiles) {
  const mvp_matrix across = {a.data, a.type, a.column, 1};
  const long units = units_of(k, type), parts = tile_count(m);
  for (long start = 0; start < units; start += UNITS_AT_A_TIME) {
    const long end = units - start < UNITS_AT_A_TIME ? units : start + UNITS_AT_A_TIME;
    for (long part = 0; part < parts; part++) {
      const long first = tile_start(m, part), rows = tile_start(m, part + 1) - first;
      const uint32_t mask = first_of(rows, LANES);
      uint32_t *to = tiles + first * units + start * rows;
      for (long unit = start; unit < end; unit++, to += rows) {
        __builtin_prefetch(element(across, (unit + UNITS_AHEAD) * (type == MVP_BFLOAT16 ? 2 : 1), first));
        _mm512_mask_storeu_epi32(to, (__mmask16)mask, units_across(across, unit, first, k, mask, type));
      }
    }
  }
}

// Each line is stored as a whole vector, whose end the next line overwrites.
INLINE AVX512_BF16 void tiles_from_rows(mvp_matrix a, long m, long k, mvp_type type, uint32_t *tiles) {
  const mvp_matrix across = {a.data, a.type, 1, a.row};
  const long units = units_of(k, type), parts = tile_count(m);
  for (long part = 0; part < parts; part++) {
    const long first = tile_start(m, part), rows = tile_start(m, part + 1) - first;
    uint32_t *to = tiles + first * units;
    for (long unit = 0; unit < units; unit += LANES) {
      __m512i block[LANES];
      for (int i = 0; i < LANES; i++) {
        block[i] = i < rows ? units_along(across, unit, first + i, k, type) : _mm512_setzero_si512();
      }
      transpose(block);
      const long lines = units - unit < LANES ? units - unit : LANES;
      for (long i = 0; i < lines; i++, to += rows) _mm512_storeu_si512(to, block[i]);
    }
  }
}

// Each pair of types is compiled apart, so that nothing is asked in the loops.
#define FOR_TYPES(from, to, BODY) \
  if (from == MVP_FLOAT32 && to == MVP_FLOAT32) { \
    BODY(MVP_FLOAT32, MVP_FLOAT32); \
  } else if (from == MVP_FLOAT32) { \
    BODY(MVP_FLOAT32, MVP_BFLOAT16); \
  } else if (to == MVP_FLOAT32) { \
    BODY(MVP_BFLOAT16, MVP_FLOAT32); \
  } else { \
    BODY(MVP_BFLOAT16, MVP_BFLOAT16); \
  }

AVX512_BF16 void mvp_pack_panels(mvp_matrix b, long k, long n, mvp_type type, bool past_caches, uint32_t *panels) {
#define ROWS(from, to) pack_rows((mvp_matrix){b.data, from, b.row, 1}, k, n, to, false, panels)
#define COLUMNS(from, to) pack_columns((mvp_matrix){b.data, from, 1, b.column}, k, n, to, false, panels)
#define STREAMED_ROWS(from, to) pack_rows((mvp_matrix){b.data, from, b.row, 1}, k, n, to, true, panels)
#define STREAMED_COLUMNS(from, to) pack_columns((mvp_matrix){b.data, from, 1, b.column}, k, n, to, true, panels)
  if (past_caches && b.column == 1) {
    FOR_TYPES(b.type, type, STREAMED_ROWS)
  } else if (past_caches) {
    FOR_TYPES(b.type, type, STREAMED_COLUMNS)
  } else if (b.column == 1) {
    FOR_TYPES(b.type, type, ROWS)
  } else {
    FOR_TYPES(b.type, type, COLUMNS)
  }
  if (past_caches) _mm_sfence();  // other cores are to see it
#undef ROWS
#undef COLUMNS
#undef STREAMED_ROWS
#undef STREAMED_COLUMNS
}

AVX512_BF16 void mvp_pack_tiles(mvp_matrix a, long m, long k, mvp_type type, uint32_t *tiles) {
#define ROWS(from, to) tiles_from_rows((mvp_matrix){a.data, from, a.row, 1}, m, k, to, tiles)
#define COLUMNS(from, to) tiles_from_columns((mvp_matrix){a.data, from, 1, a.column}, m, k, to, tiles)
  if (a.column == 1) {
    FOR_TYPES(a.type, type, ROWS)
  } else {
    FOR_TYPES(a.type, type, COLUMNS)
  }
#undef ROWS
#undef COLUMNS
}
#endif
