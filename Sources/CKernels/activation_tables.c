// The activations and their slopes by tables of polynomials, for CPUs that look sixteen values up at once: half the
// time of an exponential and a division.

#include "activation_tables.h"

#include "lanes.h"

#if defined(__x86_64__)
#include <math.h>
#include <pthread.h>

enum { PIECES = 2 * LANES, TERMS = 5 };

// 1 - f(u) for 0 <= u < `end`, f being a distribution function with f(-u) = 1 - f(u): a polynomial in the distance from
// where each piece begins, in pieces.
typedef struct {
  float terms[TERMS][PIECES];
} curve;

typedef struct {
  float end;
  curve value, slope;  // of x f(x): f(x), and f(x) + x f'(x)
} activation_tables;

static activation_tables gelu, quick, tanh_form, silu;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static double gelu_tail(double u) { return 0.5 * erfc(u * M_SQRT1_2); }
static double gelu_slope_tail(double u) { return gelu_tail(u) - u * 0.3989422804014327 * exp(-0.5 * u * u); }
static double quick_tail(double u) { return 1 / (1 + exp(1.702 * u)); }
static double quick_slope_tail(double u) { return quick_tail(u) * (1 - 1.702 * u * (1 - quick_tail(u))); }

static double tanh_slope(double u) { return 1.5957691216057308 * (1 + 3 * 0.044715 * u * u); }
static double tanh_tail(double u) { return 1 / (1 + exp(1.5957691216057308 * (u + 0.044715 * u * u * u))); }
static double tanh_slope_tail(double u) { return tanh_tail(u) * (1 - u * tanh_slope(u) * (1 - tanh_tail(u))); }
static double silu_tail(double u) { return 1 / (1 + exp(u)); }
static double silu_slope_tail(double u) { return silu_tail(u) * (1 - u * (1 - silu_tail(u))); }

// Through the function at Chebyshev's nodes of each piece.
static void fit(double (*function)(double), double end, curve *to) {
  for (int piece = 0; piece < PIECES; piece++) {
    double nodes[TERMS], differences[TERMS], terms[TERMS] = {0};
    for (int i = 0; i < TERMS; i++) {
      nodes[i] = 0.5 - 0.5 * cos(M_PI * (i + 0.5) / TERMS);
      differences[i] = function((piece + nodes[i]) * end / PIECES);
    }
    for (int order = 1; order < TERMS; order++) {
      for (int i = TERMS - 1; i >= order; i--) {
        differences[i] = (differences[i] - differences[i - 1]) / (nodes[i] - nodes[i - order]);
      }
    }
    // Newton's form, multiplied out from the inside.
    for (int i = TERMS - 1; i >= 0; i--) {
      for (int term = TERMS - 1; term > 0; term--) terms[term] = terms[term - 1] - nodes[i] * terms[term];
      terms[0] = differences[i] - nodes[i] * terms[0];
    }
    for (int term = 0; term < TERMS; term++) to->terms[term][piece] = (float)terms[term];
  }
}

static void fit_all(void) {
  gelu.end = 5.5f;  // there 1 - f is 2e-8, and stays so
  fit(gelu_tail, gelu.end, &gelu.value);
  fit(gelu_slope_tail, gelu.end, &gelu.slope);
  quick.end = 10;  // 4e-8
  fit(quick_tail, quick.end, &quick.value);
  fit(quick_slope_tail, quick.end, &quick.slope);
  tanh_form.end = 5.1f;  // 2e-8
  fit(tanh_tail, tanh_form.end, &tanh_form.value);
  fit(tanh_slope_tail, tanh_form.end, &tanh_form.slope);
  silu.end = 17;  // 4e-8
  fit(silu_tail, silu.end, &silu.value);
  fit(silu_slope_tail, silu.end, &silu.slope);
}

INLINE AVX512 __m512 load(const void *data, mvp_type type, long i, __mmask16 mask) {
  return (__m512)load_wide(type, (const char *)data + i * (type == MVP_FLOAT32 ? 4 : 2), mask);
}

// Rounds to nearest, ties to even.
INLINE AVX512 void store(void *data, mvp_type type, long i, __mmask16 mask, __m512 value) {
  if (type == MVP_FLOAT32) return _mm512_mask_storeu_ps((float *)data + i, mask, value);
  __m512i bits = (__m512i)value, odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  bits = _mm512_srli_epi32(_mm512_add_epi32(_mm512_add_epi32(bits, odd), _mm512_set1_epi32(0x7fff)), 16);
  _mm256_mask_storeu_epi16((uint16_t *)data + i, mask, _mm512_cvtepi32_epi16(bits));
}

// Which piece each of sixteen values lies in, and where.
typedef struct {
  __m512i piece;
  __m512 distance;
  __mmask16 negative;
} place;

INLINE AVX512 place find(__m512 x, float end) {
  // Of a NaN and a number min gives the second.
  __m512 u = _mm512_min_ps(_mm512_set1_ps(end * 0.999999f), _mm512_abs_ps(x));
  __m512 pieces = _mm512_mul_ps(u, _mm512_set1_ps(PIECES / end));
  return (place){_mm512_cvttps_epi32(pieces), _mm512_reduce_ps(pieces, 0x03), _mm512_movepi32_mask((__m512i)x)};
}

// A curve in registers: what is stored in the loops might be the table for all the compiler knows.
typedef struct {
  __m512 low[TERMS], high[TERMS];
} registers;

INLINE AVX512 registers in_registers(const curve *curve) {
  registers all;
  for (int term = 0; term < TERMS; term++) {
    all.low[term] = _mm512_loadu_ps(curve->terms[term]);
    all.high[term] = _mm512_loadu_ps(curve->terms[term] + LANES);
  }
  return all;
}

INLINE AVX512 __m512 evaluate(const registers *curve, place at) {
  __m512 sum = _mm512_permutex2var_ps(curve->low[TERMS - 1], at.piece, curve->high[TERMS - 1]);
  for (int term = TERMS - 2; term >= 0; term--) {
    sum = _mm512_fmadd_ps(
        sum, at.distance, _mm512_permutex2var_ps(curve->low[term], at.piece, curve->high[term]));
  }
  return _mm512_mask_sub_ps(sum, (__mmask16)~at.negative, _mm512_set1_ps(1), sum);
}

static const activation_tables *of(mvp_activation kind) {
  pthread_once(&once, fit_all);
  switch (kind) {
    case MVP_ACTIVATION_QUICK_GELU: return &quick;
    case MVP_ACTIVATION_TANH_GELU: return &tanh_form;
    case MVP_ACTIVATION_SILU: return &silu;
    default: return &gelu;
  }
}

INLINE AVX512 void activate(const void *x, void *y, mvp_type type, long n, const activation_tables *tables) {
  const registers curve = in_registers(&tables->value);
  const float end = tables->end;
  for (long i = 0; i < n; i += LANES) {
    const __mmask16 mask = (__mmask16)first_of(n - i, LANES);
    __m512 value = load(x, type, i, mask);
    store(y, type, i, mask, _mm512_mul_ps(value, evaluate(&curve, find(value, end))));
  }
}

AVX512 void mvp_activate_by_tables(mvp_array x, mvp_array y, long n, mvp_activation kind) {
  const activation_tables *tables = of(kind);
  if (x.type == MVP_FLOAT32) {
    activate(x.data, y.data, MVP_FLOAT32, n, tables);
  } else {
    activate(x.data, y.data, MVP_BFLOAT16, n, tables);
  }
}

INLINE AVX512 void gradient(const void *x, mvp_type type, const void *dy, mvp_type from, mvp_stripes y, void *dx,
                            float *sums, long rows, long columns, const activation_tables *tables) {
  const registers value_curve = in_registers(&tables->value), slope_curve = in_registers(&tables->slope);
  const float end = tables->end;
  for (long r = 0; r < rows; r++) {
    for (long c = 0; c < columns; c += LANES) {
      const __mmask16 mask = (__mmask16)first_of(columns - c, LANES);
      const long i = r * columns + c;
      __m512 value = load(x, type, i, mask), upper = load(dy, from, i, mask);
      const place at = find(value, end);
      if (y.data) {
        const long place = r * y.row + c / MVP_STRIPE * y.stripe + c % MVP_STRIPE;
        store(y.data, y.type, place, mask, _mm512_mul_ps(value, evaluate(&value_curve, at)));
      }
      __m512 lower = _mm512_mul_ps(upper, evaluate(&slope_curve, at));
      if (sums) {
        _mm512_mask_storeu_ps(sums + c, mask, _mm512_add_ps(_mm512_maskz_loadu_ps(mask, sums + c), lower));
      }
      store(dx, type, i, mask, lower);
    }
  }
}

AVX512 void mvp_activation_gradient_by_tables(mvp_array x, mvp_array dy, mvp_stripes y, mvp_array dx, float *sums, long rows,
                                              long columns, mvp_activation kind) {
  const activation_tables *tables = of(kind);
#define ROWS(T, F, Y) \
  gradient(x.data, T, dy.data, F, (mvp_stripes){y.data, Y, y.row, y.stripe}, dx.data, sums, rows, columns, tables)
  if (x.type == MVP_FLOAT32) {
    ROWS(MVP_FLOAT32, MVP_FLOAT32, MVP_FLOAT32);
  } else if (dy.type == MVP_BFLOAT16) {
    ROWS(MVP_BFLOAT16, MVP_BFLOAT16, y.type);
  } else if (y.type == MVP_BFLOAT16) {
    ROWS(MVP_BFLOAT16, MVP_FLOAT32, MVP_BFLOAT16);
  } else {
    ROWS(MVP_BFLOAT16, MVP_FLOAT32, MVP_FLOAT32);
  }
#undef ROWS
}
#endif
