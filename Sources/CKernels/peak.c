// Chains of independent multiply-adds in registers: more chains than the latency times the number of units, so that every unit
// is busy in every cycle, and no memory.

#include <time.h>

#include "include/CKernels.h"

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// One call of `batch` does `operations`. What goes in and what comes out is volatile, so that the compiler can leave nothing out.
static volatile float seed = 1, sink;
static double rate(float (*batch)(void), double operations, double seconds) {
  enum { SLICES = 20 };
  double best = 0, start = now();
  sink = batch();
  do {
    double slice = now(), calls = 0, elapsed = 0;
    do {
      sink = batch();
      ++calls;
      elapsed = now() - slice;
    } while (elapsed < seconds / SLICES);
    double reached = calls * operations / elapsed;
    if (reached > best) best = reached;
  } while (now() - start < seconds);
  return best;
}

enum { ROUNDS = 4096 };

#if defined(__x86_64__)
#include <immintrin.h>

enum { CHAINS_512 = 24, CHAINS_256 = 12 };

__attribute__((target("avx512f"))) static float fma_512(void) {
  __m512 sums[CHAINS_512];
  const __m512 factor = _mm512_set1_ps(0.999f), term = _mm512_set1_ps(0.001f);
  for (int i = 0; i < CHAINS_512; ++i) sums[i] = _mm512_set1_ps(seed * (float)i);
  for (int round = 0; round < ROUNDS; ++round) {
#pragma clang loop unroll(full)
    for (int i = 0; i < CHAINS_512; ++i) sums[i] = _mm512_fmadd_ps(sums[i], factor, term);
  }
  for (int i = 1; i < CHAINS_512; ++i) sums[0] = _mm512_add_ps(sums[0], sums[i]);
  return _mm512_reduce_add_ps(sums[0]);
}

__attribute__((target("avx2,fma"))) static float fma_256(void) {
  __m256 sums[CHAINS_256];
  const __m256 factor = _mm256_set1_ps(0.999f), term = _mm256_set1_ps(0.001f);
  for (int i = 0; i < CHAINS_256; ++i) sums[i] = _mm256_set1_ps(seed * (float)i);
  for (int round = 0; round < ROUNDS; ++round) {
#pragma clang loop unroll(full)
    for (int i = 0; i < CHAINS_256; ++i) sums[i] = _mm256_fmadd_ps(sums[i], factor, term);
  }
  for (int i = 1; i < CHAINS_256; ++i) sums[0] = _mm256_add_ps(sums[0], sums[i]);
  return _mm256_cvtss_f32(sums[0]);
}

__attribute__((target("avx512f,avx512bf16"))) static float dot_512(void) {
  __m512 sums[CHAINS_512];
  const __m512bh a = _mm512_cvtne2ps_pbh(_mm512_set1_ps(0.01f), _mm512_set1_ps(0.02f));
  const __m512bh b = _mm512_cvtne2ps_pbh(_mm512_set1_ps(0.03f), _mm512_set1_ps(-0.04f));
  for (int i = 0; i < CHAINS_512; ++i) sums[i] = _mm512_set1_ps(seed * (float)i);
  for (int round = 0; round < ROUNDS; ++round) {
#pragma clang loop unroll(full)
    for (int i = 0; i < CHAINS_512; ++i) sums[i] = _mm512_dpbf16_ps(sums[i], a, b);
  }
  for (int i = 1; i < CHAINS_512; ++i) sums[0] = _mm512_add_ps(sums[0], sums[i]);
  return _mm512_reduce_add_ps(sums[0]);
}

double mvp_peak_fma(double seconds) {
  if (__builtin_cpu_supports("avx512f")) return rate(fma_512, 2.0 * 16 * CHAINS_512 * ROUNDS, seconds);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return rate(fma_256, 2.0 * 8 * CHAINS_256 * ROUNDS, seconds);
  }
  return 0;
}

double mvp_peak_bf16(double seconds) {
  if (!__builtin_cpu_supports("avx512bf16")) return 0;
  return rate(dot_512, 4.0 * 16 * CHAINS_512 * ROUNDS, seconds);
}
#else
typedef float vector __attribute__((vector_size(16)));

static float fma_128(void) {
  enum { CHAINS = 16 };
  vector sums[CHAINS];
  for (int i = 0; i < CHAINS; ++i) sums[i] = (vector){seed * (float)i, 0, 1, 2};
  for (int round = 0; round < ROUNDS; ++round) {
#pragma clang loop unroll(full)
    for (int i = 0; i < CHAINS; ++i) sums[i] = sums[i] * 0.999f + 0.001f;
  }
  for (int i = 1; i < CHAINS; ++i) sums[0] += sums[i];
  return sums[0][0];
}

double mvp_peak_fma(double seconds) { return rate(fma_128, 2.0 * 4 * 16 * ROUNDS, seconds); }
double mvp_peak_bf16(double seconds) { return 0; }
#endif
