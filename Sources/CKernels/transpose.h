#ifndef MVP_TRANSPOSE_H
#define MVP_TRANSPOSE_H

#include "lanes.h"

#if defined(__x86_64__)
// Sixteen vectors of sixteen units: rows become columns.
INLINE AVX512 void transpose(__m512i x[16]) {
  __m512i y[16];
  for (int i = 0; i < 16; i += 2) {
    y[i] = _mm512_unpacklo_epi32(x[i], x[i + 1]);
    y[i + 1] = _mm512_unpackhi_epi32(x[i], x[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    for (int h = 0; h < 2; h++) {
      x[i + 2 * h] = _mm512_unpacklo_epi64(y[i + h], y[i + 2 + h]);
      x[i + 2 * h + 1] = _mm512_unpackhi_epi64(y[i + h], y[i + 2 + h]);
    }
  }
  // x[4 i + c] holds units c, 4 + c, 8 + c and 12 + c of columns 4 i ... 4 i + 3, four lanes each.
  for (int c = 0; c < 4; c++) {
    __m512i even = _mm512_shuffle_i32x4(x[c], x[4 + c], 0x88), odd = _mm512_shuffle_i32x4(x[c], x[4 + c], 0xdd);
    __m512i later_even = _mm512_shuffle_i32x4(x[8 + c], x[12 + c], 0x88);
    __m512i later_odd = _mm512_shuffle_i32x4(x[8 + c], x[12 + c], 0xdd);
    y[c] = _mm512_shuffle_i32x4(even, later_even, 0x88);
    y[8 + c] = _mm512_shuffle_i32x4(even, later_even, 0xdd);
    y[4 + c] = _mm512_shuffle_i32x4(odd, later_odd, 0x88);
    y[12 + c] = _mm512_shuffle_i32x4(odd, later_odd, 0xdd);
  }
  for (int i = 0; i < 16; i++) x[i] = y[i];
}
#endif

#endif
