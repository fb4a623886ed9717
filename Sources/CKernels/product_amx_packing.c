#include "amx.h"
#include "transpose.h"

#if defined(__x86_64__)
enum { STEP = 2 * AMX_UNITS };  // elements of k

// For sixteen rows of A whose columns are contiguous: the pairs that two columns make.
INLINE AVX512_BF16 __m512i pairs(mvp_matrix a, long row, long k, long end, uint32_t rows) {
  const uint16_t *from = (const uint16_t *)a.data + row + k * a.column;
  __m512i even = k < end ? _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16((__mmask16)rows, from)) : _mm512_setzero_si512();
  if (k + 1 >= end) return even;
  __m512i odd = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16((__mmask16)rows, from + a.column));
  return _mm512_or_si512(even, _mm512_slli_epi32(odd, 16));
}

// All tiles of a step in turn: what one leaves of a line of A the next one takes. Columns lie apart, so that no
// hardware fetches the next ones.
AVX512_BF16 static void tiles_from_columns(mvp_matrix a, amx_rows rows, long k, uint32_t *tiles) {
  const long steps = amx_steps(k), size = rows.rows * AMX_UNITS;
  const uint32_t mask = first_of(rows.rows, LANES);
  for (long step = 0; step < steps; step++) {
    for (long tile = 0; tile < rows.tiles; tile++) {
      const long row = amx_start(rows, tile);
      __m512i block[LANES];
      for (long unit = 0; unit < AMX_UNITS; unit++) {
        const long column = step * STEP + 2 * unit;
        const uint16_t *next = (const uint16_t *)a.data + row + (column + STEP) * a.column;
        __builtin_prefetch(next);
        __builtin_prefetch(next + a.column);
        block[unit] = pairs(a, row, column, k, mask);
      }
      transpose(block);
      __m512i *to = (__m512i *)(tiles + (tile * steps + step) * size);
      for (long i = 0; i < rows.rows; i++) _mm512_store_si512(to + i, block[i]);
    }
  }
}

AVX512_BF16 static void tiles_from_rows(mvp_matrix a, amx_rows rows, long k, uint32_t *tiles) {
  const long steps = amx_steps(k);
  for (long tile = 0; tile < rows.tiles; tile++) {
    for (long i = 0; i < rows.rows; i++) {
      const uint16_t *from = (const uint16_t *)a.data + (amx_start(rows, tile) + i) * a.row;
      uint32_t *to = tiles + (tile * steps * rows.rows + i) * AMX_UNITS;
      for (long column = 0; column < k; column += STEP, to += rows.rows * AMX_UNITS) {
        _mm512_store_si512(to, _mm512_maskz_loadu_epi16(first_of(k - column, STEP), from + column));
      }
    }
  }
}

void mvp_pack_amx_tiles(mvp_matrix a, long m, long k, uint32_t *tiles) {
  if (a.column == 1) {
    tiles_from_rows(a, amx_rows_of(m), k, tiles);
  } else {
    tiles_from_columns(a, amx_rows_of(m), k, tiles);
  }
}
#endif
