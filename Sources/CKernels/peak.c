// Chains of independent multiply-adds in registers: more chains than the latency times the number of units, so that
// every unit is busy in every cycle, and no memory.

#include <time.h>

#include "amx.h"

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// One call of `batch` does `operations`. What goes in and what comes out is volatile, so that the compiler can leave
// nothing out.
static const volatile float seed = 1;
static double rate(float (*batch)(void), double operations, double seconds) {
  enum { SLICES = 20 };
  volatile float sink;
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

enum { CHAINS_OF_TILES = 4 };

AMX static float tiles_bf16(void) {
  amx_shapes shapes __attribute__((aligned(64))) = {.palette = 1};
  for (int tile = 0; tile < 8; ++tile) {
    shapes.line_bytes[tile] = AMX_LINE;
    shapes.lines[tile] = AMX_ROWS;
  }
  uint16_t halves[AMX_ROWS * AMX_LINE / 2];
  // Numbers of 0.008 and more.
  for (int i = 0; i < AMX_ROWS * AMX_LINE / 2; ++i) halves[i] = (uint16_t)(0x3c00 + (int)seed * (i % 37));
  float sums[AMX_ROWS * LANES];
  amx_configure(&shapes);
  amx_load(4, halves, AMX_LINE);
  amx_load(5, halves, AMX_LINE);
  amx_zero(0);
  amx_zero(1);
  amx_zero(2);
  amx_zero(3);
  for (int round = 0; round < ROUNDS; ++round) {
    amx_multiply_add(0, 4, 5);
    amx_multiply_add(1, 4, 5);
    amx_multiply_add(2, 4, 5);
    amx_multiply_add(3, 4, 5);
  }
  amx_store(0, sums, AMX_LINE);
  amx_release();
  return sums[0];
}

double mvp_peak_fma(double seconds) {
  if (mvp_has_avx512()) return rate(fma_512, 2.0 * 16 * CHAINS_512 * ROUNDS, seconds);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return rate(fma_256, 2.0 * 8 * CHAINS_256 * ROUNDS, seconds);
  }
  return 0;
}

double mvp_peak_bf16(double seconds) {
  if (mvp_has_amx()) return rate(tiles_bf16, 4.0 * AMX_ROWS * LANES * AMX_UNITS * CHAINS_OF_TILES * ROUNDS, seconds);
  if (!mvp_has_bf16()) return 0;
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
