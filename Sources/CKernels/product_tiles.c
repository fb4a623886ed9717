#include "panels.h"

#if defined(__x86_64__)
#include <string.h>

enum { LINE = 64, AHEAD = 8 };

INLINE AVX512_BF16 __m512 multiply_add(mvp_type type, __m512 sum, __m512i a, __m512i b) {
  if (type == MVP_BFLOAT16) return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
  return _mm512_fmadd_ps((__m512)a, (__m512)b, sum);
}

INLINE AVX512_BF16 __m512i everywhere(const char *unit) {
  uint32_t bits;
  memcpy(&bits, unit, 4);
  return _mm512_set1_epi32((int)bits);
}

INLINE AVX512_BF16 __m512i half_everywhere(const char *unit) {
  uint16_t bits;
  memcpy(&bits, unit, 2);
  return _mm512_set1_epi32(bits);
}

INLINE AVX512_BF16 void store_sums(const tile_work *work, int rows, int vectors, __m512 sums[TILE_ROWS][2]) {
  if (work->bias) {
    UNROLLED(int j = 0; j < vectors; j++) {
      __m512 bias = _mm512_maskz_loadu_ps(work->columns[j], work->bias + LANES * j);
      UNROLLED(int i = 0; i < rows; i++) sums[i][j] = _mm512_add_ps(sums[i][j], bias);
    }
  }
  UNROLLED(int i = 0; i < rows; i++) {
    char *row = work->c + i * work->c_row;
    UNROLLED(int j = 0; j < vectors; j++) {
      __mmask16 columns = work->columns[j];
      __m512 sum = sums[i][j];
      if (work->c_type == MVP_BFLOAT16) {
        uint16_t *c = (uint16_t *)row + LANES * j;
        if (work->accumulate) {
          __m512i before = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(columns, c));
          sum = _mm512_add_ps(sum, (__m512)_mm512_slli_epi32(before, 16));
        }
        _mm256_mask_storeu_epi16(c, columns, (__m256i)_mm512_cvtneps_pbh(sum));
      } else {
        float *c = (float *)row + LANES * j;
        if (work->accumulate) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(columns, c));
        _mm512_mask_storeu_ps(c, columns, sum);
      }
    }
  }
}

// Compiled once for each number of rows and vectors: all loops but the one over k unroll, and the sums stay in
// registers.
INLINE AVX512_BF16 void tile(const tile_work *work, int rows, mvp_type type, int vectors) {
  __m512 sums[TILE_ROWS][2];
  UNROLLED(int i = 0; i < rows; i++) {
    UNROLLED(int j = 0; j < vectors; j++) sums[i][j] = _mm512_setzero_ps();
  }
  // Three pointers and multiples of the stride reach all rows: a pointer for each would not fit into the registers.
  const long row = work->a_row, three = 3 * row, unit = work->a_unit;
  const char *first = work->a, *sixth = first + 5 * row, *eleventh = first + 10 * row;
  const uint32_t *line = work->panel;
  // What is needed next is fetched meanwhile, a little with each unit: the panel's lines some units ahead; of A the
  // next line of each row; into the L2 cache the two lines of each row of C, and then lines of the next panel. All at
  // once they would keep what this unit needs waiting.
  const long stride = row > unit ? row : unit, c_row = work->c_row;
  const char *next = first + LANES * unit, *other = work->c;
  for (long left = work->units; left > 0; left -= LANES, next += LANES * unit) {
    const char *ahead = next, *later = other;
    const bool in_c = left > work->units - 2 * LANES;
    const long step = in_c ? c_row : LINE;
    other = left == work->units ? other + LINE : in_c ? work->upcoming : other + LANES * LINE;
    for (long k = left < LANES ? left : LANES; k > 0; k--) {
      __asm__("" : "+r"(first), "+r"(sixth), "+r"(eleventh), "+r"(line), "+r"(ahead), "+r"(later));
      __m512i b[2];
      UNROLLED(int j = 0; j < vectors; j++) b[j] = _mm512_load_si512(line + LANES * j);
      UNROLLED(int j = 0; j < vectors; j++) __builtin_prefetch(line + LANES * j + AHEAD * LANES * vectors);
      __builtin_prefetch(ahead);
      __builtin_prefetch(later, 0, 2);
      UNROLLED(int i = 0; i < rows; i++) {
        const char *near = i < 5 ? first : i < 10 ? sixth : eleventh;
        const int step = i % 5;
        __m512i a = everywhere(step == 3 ? near + three : near + step * row);
        UNROLLED(int j = 0; j < vectors; j++) sums[i][j] = multiply_add(type, sums[i][j], a, b[j]);
      }
      first += unit;
      sixth += unit;
      eleventh += unit;
      line += LANES * vectors;
      ahead += stride;
      later += step;
    }
  }
  if (type == MVP_BFLOAT16 && work->half) {
    UNROLLED(int i = 0; i < rows; i++) {
      __m512i a = half_everywhere(first + i * row);
      UNROLLED(int j = 0; j < vectors; j++) {
        sums[i][j] = multiply_add(type, sums[i][j], a, _mm512_load_si512(line + LANES * j));
      }
    }
  }
  store_sums(work, rows, vectors, sums);
}

#define EACH_COUNT_OF_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)
#define DEFINE(rows) \
  AVX512_BF16 static void float_##rows##_1(const tile_work *work) { tile(work, rows, MVP_FLOAT32, 1); } \
  AVX512_BF16 static void float_##rows##_2(const tile_work *work) { tile(work, rows, MVP_FLOAT32, 2); } \
  AVX512_BF16 static void half_##rows##_1(const tile_work *work) { tile(work, rows, MVP_BFLOAT16, 1); } \
  AVX512_BF16 static void half_##rows##_2(const tile_work *work) { tile(work, rows, MVP_BFLOAT16, 2); }
EACH_COUNT_OF_ROWS(DEFINE)

#define ENTRY(rows) {{float_##rows##_1, float_##rows##_2}, {half_##rows##_1, half_##rows##_2}},
const tile_function mvp_tiles[TILE_ROWS][2][2] = {EACH_COUNT_OF_ROWS(ENTRY)};
#endif
