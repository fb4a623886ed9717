#include "activation_tables.h"
#include "clones.h"

// Values are worked on in tiles: x may lie where results go, and each of the short loops vectorises better alone.
enum { TILE = 256 };

INLINE long tile_at(long start, long n) { return n - start < TILE ? n - start : TILE; }

// sqrt(8 / pi) (x + 0.044715 x^3), of which the tanh form of GELU takes the sigmoid, and its derivative.
INLINE float tanh_argument(float x) { return 1.5957691216f * x * (1.0f + 0.044715f * x * x); }
INLINE float tanh_argument_slope(float x) { return 1.5957691216f * (1.0f + 0.134145f * x * x); }

INLINE float activation(float x, mvp_activation kind) {
  if (kind == MVP_ACTIVATION_QUICK_GELU) return x * (1.0f / (1.0f + vexp(-1.702f * x)));
  if (kind == MVP_ACTIVATION_TANH_GELU) return x * (1.0f / (1.0f + vexp(-tanh_argument(x))));
  if (kind == MVP_ACTIVATION_SILU) return x * (1.0f / (1.0f + vexp(-x)));
  float density;
  return x * normal_cdf(x, &density);
}

INLINE float slope(float x, mvp_activation kind, float *value) {
  if (kind == MVP_ACTIVATION_QUICK_GELU) {
    float sigmoid = 1.0f / (1.0f + vexp(-1.702f * x));
    *value = x * sigmoid;
    return sigmoid * (1.0f + 1.702f * x * (1.0f - sigmoid));
  }
  if (kind == MVP_ACTIVATION_TANH_GELU || kind == MVP_ACTIVATION_SILU) {
    const bool is_silu = kind == MVP_ACTIVATION_SILU;
    float sigmoid = 1.0f / (1.0f + vexp(is_silu ? -x : -tanh_argument(x)));
    *value = x * sigmoid;
    return sigmoid * (1.0f + x * (is_silu ? 1.0f : tanh_argument_slope(x)) * (1.0f - sigmoid));
  }
  float density;
  float cdf = normal_cdf(x, &density);
  *value = x * cdf;
  return cdf + x * density;
}

INLINE void activate(const void *x, void *y, mvp_type type, long n, mvp_activation kind) {
  float values[TILE];
  for (long start = 0; start < n; start += TILE) {
    const long count = tile_at(start, n);
    for (long i = 0; i < count; i++) values[i] = activation(load(x, type, start + i), kind);
    for (long i = 0; i < count; i++) store(y, type, start + i, values[i]);
  }
}

// Each kind and type is compiled apart, so that nothing is asked in the loops.
#define FOR_KIND(kind, BODY) \
  if ((kind) == MVP_ACTIVATION_QUICK_GELU) { \
    BODY(MVP_ACTIVATION_QUICK_GELU); \
  } else if ((kind) == MVP_ACTIVATION_TANH_GELU) { \
    BODY(MVP_ACTIVATION_TANH_GELU); \
  } else if ((kind) == MVP_ACTIVATION_SILU) { \
    BODY(MVP_ACTIVATION_SILU); \
  } else { \
    BODY(MVP_ACTIVATION_GELU); \
  }

CLONES static void activate_by_formula(mvp_array x, mvp_array y, long n, mvp_activation kind) {
#define KIND(K) activate(x.data, y.data, MVP_FLOAT32, n, K)
#define NARROW(K) activate(x.data, y.data, MVP_BFLOAT16, n, K)
  if (x.type == MVP_FLOAT32) {
    FOR_KIND(kind, KIND)
  } else {
    FOR_KIND(kind, NARROW)
  }
#undef KIND
#undef NARROW
}

INLINE void activation_gradient(const void *x, mvp_type type, const void *dy, mvp_type from, mvp_stripes y, void *dx,
                                float *sums, long rows, long columns, mvp_activation kind) {
  float values[TILE], slopes[TILE];
  for (long r = 0; r < rows; r++) {
    for (long start = 0; start < columns; start += TILE) {
      const long count = tile_at(start, columns), at = r * columns + start;
      for (long i = 0; i < count; i++) slopes[i] = slope(load(x, type, at + i), kind, &values[i]);
      for (long i = 0; i < count; i++) slopes[i] *= load(dy, from, at + i);
      if (y.data) store_stripes(y, r, start, values, count);
      if (sums) {
        for (long i = 0; i < count; i++) sums[start + i] += slopes[i];
      }
      for (long i = 0; i < count; i++) store(dx, type, at + i, slopes[i]);
    }
  }
}

CLONES static void gradient_by_formula(mvp_array x, mvp_array dy, mvp_stripes y, mvp_array dx, float *sums, long rows,
                                       long columns, mvp_activation kind) {
#define ROWS(T, F, K) activation_gradient(x.data, T, dy.data, F, y, dx.data, sums, rows, columns, K)
#define WIDE(K) ROWS(MVP_FLOAT32, MVP_FLOAT32, K)
#define MIXED(K) ROWS(MVP_BFLOAT16, MVP_FLOAT32, K)
#define NARROW(K) ROWS(MVP_BFLOAT16, MVP_BFLOAT16, K)
  if (x.type == MVP_FLOAT32) {
    FOR_KIND(kind, WIDE)
  } else if (dy.type == MVP_FLOAT32) {
    FOR_KIND(kind, MIXED)
  } else {
    FOR_KIND(kind, NARROW)
  }
}

void mvp_activate(mvp_array x, mvp_array y, long n, mvp_activation kind) {
#if defined(__x86_64__)
  if (mvp_has_avx512()) return mvp_activate_by_tables(x, y, n, kind);
#endif
  activate_by_formula(x, y, n, kind);
}

void mvp_activation_gradient(mvp_array x, mvp_array dy, mvp_stripes y, mvp_array dx, float *sums, long rows, long columns,
                             mvp_activation kind) {
#if defined(__x86_64__)
  if (mvp_has_avx512()) return mvp_activation_gradient_by_tables(x, dy, y, dx, sums, rows, columns, kind);
#endif
  gradient_by_formula(x, dy, y, dx, sums, rows, columns, kind);
}
