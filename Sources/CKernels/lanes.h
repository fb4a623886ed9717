#ifndef MVP_LANES_H
#define MVP_LANES_H

#include "include/CKernels.h"

// Vectors of sixteen float32.
enum { LANES = 16 };

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define AVX512_BF16 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))
#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)") for

// The first `count` of 16 or 32, a bit each.
INLINE uint32_t first_of(long count, long of) {
  return count >= of ? (uint32_t)((1ull << of) - 1) : count <= 0 ? 0 : (1u << count) - 1;
}

INLINE AVX512 __m512 load_floats(const void *from, uint32_t mask) { return _mm512_maskz_loadu_ps((__mmask16)mask, from); }

// Sixteen float32 of either type.
INLINE AVX512 __m512i load_wide(mvp_type from_type, const void *from, uint32_t mask) {
  if (from_type == MVP_FLOAT32) return (__m512i)load_floats(from, mask);
  return _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16((__mmask16)mask, from)), 16);
}
#endif

#endif
