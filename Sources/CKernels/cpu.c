#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "include/CKernels.h"

static size_t cache_bytes(void) {
#ifdef _SC_LEVEL2_CACHE_SIZE
  const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
  if (bytes >= 256 << 10 && bytes <= 16 << 20) return (size_t)bytes;
#endif
  return 1 << 20;
}

// Products ask at every turn, and not every C library remembers: the first answer is kept.
size_t mvp_cache_bytes(void) {
  static size_t known;
  size_t bytes = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (!bytes) __atomic_store_n(&known, bytes = cache_bytes(), __ATOMIC_RELAXED);
  return bytes;
}

static const char *const kinds[] = {"own", "avx2", "avx512", "bf16-widened", "bf16-dot"};

static mvp_cpu_kind kind_of(const char *name) {
  for (int kind = MVP_CPU_OWN; kind <= MVP_CPU_BF16_DOT && name; kind++) {
    if (strcmp(name, kinds[kind]) == 0) return (mvp_cpu_kind)kind;
  }
  return MVP_CPU_OWN;
}

mvp_cpu_kind mvp_cpu_taken_for(void) {
  static int known = -1;
  int kind = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (kind < 0) __atomic_store_n(&known, kind = kind_of(getenv("MVP_CPU")), __ATOMIC_RELAXED);
  return (mvp_cpu_kind)kind;
}

const char *mvp_cpu_kind_name(mvp_cpu_kind kind) { return kinds[kind]; }

#if defined(__x86_64__)
static bool has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

bool mvp_has_avx512(void) { return mvp_cpu_taken_for() != MVP_CPU_AVX2 && has_avx512(); }

bool mvp_has_bf16(void) {
  return mvp_cpu_taken_for() != MVP_CPU_AVX512 && mvp_has_avx512() && __builtin_cpu_supports("avx512bf16");
}

bool mvp_has_fast_bf16(void) {
  const mvp_cpu_kind kind = mvp_cpu_taken_for();
  if (kind == MVP_CPU_BF16_DOT || kind == MVP_CPU_BF16_WIDENED) return kind == MVP_CPU_BF16_DOT && mvp_has_bf16();
  return mvp_has_bf16() && (!__builtin_cpu_is("intel") || __builtin_cpu_is("cooperlake"));
}

static bool has_v4(void) { return has_avx512() && __builtin_cpu_supports("avx512cd"); }

static bool has_v3(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

const char *mvp_cpu_level(void) { return has_v4() ? "x86-64-v4" : has_v3() ? "x86-64-v3" : "baseline"; }

const char *mvp_cpu_features(void) {
  static char text[160];
  const bool wide = mvp_cpu_taken_for() != MVP_CPU_AVX2;
  text[0] = 0;
  if (__builtin_cpu_supports("avx2")) strcat(text, "avx2 ");
  if (__builtin_cpu_supports("fma")) strcat(text, "fma ");
  if (wide && __builtin_cpu_supports("avx512f")) strcat(text, "avx512f ");
  if (wide && __builtin_cpu_supports("avx512bw")) strcat(text, "avx512bw ");
  if (wide && __builtin_cpu_supports("avx512vl")) strcat(text, "avx512vl ");
  if (wide && __builtin_cpu_supports("avx512vnni")) strcat(text, "avx512vnni ");
  if (mvp_has_bf16()) strcat(text, "avx512bf16 ");
  if (mvp_cpu_taken_for() == MVP_CPU_OWN && __builtin_cpu_supports("amx-bf16")) strcat(text, "amx_bf16 ");
  size_t length = strlen(text);
  if (length) text[length - 1] = 0;
  return text;
}

int mvp_cpu_best_openblas_core(void) {
  if (has_v4()) return __builtin_cpu_supports("avx512bf16") ? 3 : 2;
  return has_v3() ? 1 : 0;
}
#else
bool mvp_has_avx512(void) { return false; }
bool mvp_has_bf16(void) { return false; }
bool mvp_has_fast_bf16(void) { return false; }
const char *mvp_cpu_level(void) { return "baseline"; }
const char *mvp_cpu_features(void) { return ""; }
int mvp_cpu_best_openblas_core(void) { return 0; }
#endif
