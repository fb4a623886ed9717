#ifndef MVP_CKERNELS_H
#define MVP_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "peak.h"
#include "products.h"
#include "types.h"

// Vector kernels on float32 rows in memory. Each works on the rows it is given; the caller splits rows over cores.
// Hot ones are compiled once per x86-64 level and chosen when the program is loaded.

typedef enum {
  MVP_ACTIVATION_GELU,
  MVP_ACTIVATION_QUICK_GELU,
  MVP_ACTIVATION_TANH_GELU,
  MVP_ACTIVATION_SILU
} mvp_activation;

// memory.c: 64-byte aligned; large blocks ask for huge pages.
void *mvp_allocate(size_t bytes);
void mvp_release(void *memory);

// workers.c: calls work(context, part) once for each part in 0..<parts, part 0 on the calling thread and part i always
// on the same thread of the process, and returns when all are done. Threads sleep soon after there is nothing to do.
// While another thread's parts are running, all parts are done on the calling thread.
typedef void (*mvp_part_work)(void *context, long part);
void mvp_run_parts(long parts, mvp_part_work work, void *context);

// shares.c: 0..<count dealt out in equal shares, one a part. A part takes pieces from the front of its own share, and
// when that is empty from the back of the others'.
typedef struct {
  uint64_t left;      // begin << 32 | end
  char padding[56];  // each in a cache line of its own
} mvp_share;
void mvp_deal(mvp_share *shares, long parts, long count);
// At most `most` at once; towards the end of a share half of what is left, but not fewer than `least` where there are
// as many. False if nothing is left.
bool mvp_take(mvp_share *shares, long parts, long part, long least, long most, long *begin, long *end);

// cpu.c
const char *mvp_cpu_level(void);     // clone in use: "x86-64-v4", "x86-64-v3" or "baseline"
bool mvp_has_avx512(void);           // F, BW, DQ and VL
bool mvp_has_bf16(void);             // AVX512_BF16 besides
bool mvp_has_fast_bf16(void);        // whose dot products are faster than float32 multiply-adds
bool mvp_has_amx(void);              // amx.c: bfloat16 by tiles, granted to this process; asks for it at the first call
size_t mvp_cache_bytes(void);        // of a core's L2 cache; 1 MB where the system does not say
const char *mvp_cpu_features(void);  // space-separated features that matter here
int mvp_cpu_best_openblas_core(void);  // 0 unknown, 1 Haswell, 2 SkylakeX, 3 Cooperlake
// What kernels are chosen for: the CPU as it is, or a lesser one that the environment variable MVP_CPU names, so that
// the kernels of such a CPU can be tried on this one. What the CPU lacks no name brings. Loops that the loader chose
// (mvp_cpu_level) stay as they are.
typedef enum {
  MVP_CPU_OWN,           // "own", none, or no name that is known
  MVP_CPU_AVX2,          // "avx2": without AVX-512, as Haswell or Zen 3
  MVP_CPU_AVX512,        // "avx512": without AVX512_BF16, as Skylake-X or Ice Lake
  MVP_CPU_BF16_WIDENED,  // "bf16-widened": with slow dot products of bfloat16 and without AMX, as Emerald Rapids where that is not granted
  MVP_CPU_BF16_DOT,      // "bf16-dot": with fast ones, as Zen 4
} mvp_cpu_kind;
mvp_cpu_kind mvp_cpu_taken_for(void);
const char *mvp_cpu_kind_name(mvp_cpu_kind kind);

// elementwise.c
void mvp_fill(float *x, float value, long n);
void mvp_axpby(const float *x, float a, float *y, float b, long n);  // y = a x + b y; b = 0 overwrites
void mvp_add(const float *x, const float *y, float *z, long n);
double mvp_sum_squares(const float *x, long n);
double mvp_dot(const float *x, const float *y, long n);
void mvp_convert(mvp_array x, mvp_array y, long n);
void mvp_add_bias(const float *x, const float *bias, mvp_array y, long rows, long columns);
// sums[c] += sum over rows
void mvp_column_sums(mvp_array x, float *sums, long rows, long columns);
// Rows of two halves of `width` elements, a gate and what passes it: y = silu(gate) * value. Arrays of one type.
void mvp_gate(mvp_array x, mvp_array y, long rows, long width);
// dx, rows of two halves, from x and dy
void mvp_gate_backward(mvp_array x, mvp_array dy, mvp_array dx, long rows, long width);

// activation.c: x and y are of one type; y may be x
void mvp_activate(mvp_array x, mvp_array y, long n, mvp_activation kind);
// dx = dy * slope at x; y (its data may be NULL) receives the activation again, and sums (may be NULL) the column sums
// of dx added to it. x and dx are of one type, dy and y of that or float32; dx may be x.
void mvp_activation_gradient(mvp_array x, mvp_array dy, mvp_stripes y, mvp_array dx, float *sums, long rows, long columns,
                             mvp_activation kind);

// norm.c
void mvp_layer_norm(const float *x, const float *w, const float *b, mvp_array y, float *mean, float *rstd, long rows,
                    long columns, float epsilon);
// The same values once more, from the mean and rstd that were kept.
void mvp_layer_norm_again(const float *x, const float *w, const float *b, mvp_stripes y, const float *mean,
                          const float *rstd, long rows, long columns);
// dx (may be NULL) = or += ; dw, db (may be NULL) +=
void mvp_layer_norm_backward(const float *x, const float *w, mvp_array dy, const float *mean, const float *rstd,
                             float *dx, bool accumulate, float *dw, float *db, long rows, long columns);
void mvp_l2_normalize(const float *x, float *y, float *inverse, long rows, long columns, float epsilon);
void mvp_l2_normalize_backward(const float *y, const float *inverse, const float *dy, float *dx, bool accumulate,
                               long rows, long columns, float epsilon);

// softmax.c
// p = softmax(scale * s + bias) for a [rows, columns] score matrix; p may be s. causal: row r sees columns
// 0...r only.
void mvp_attention_softmax(const float *s, const float *bias, mvp_array p, long rows, long columns, float scale, bool causal);
// t = p * (dp - sum(p dp)); ds = scale * t, and t is added to dbias where that is not NULL. ds may be dp.
void mvp_softmax_backward(mvp_array p, const float *dp, mvp_array ds, float *dbias, long rows, long columns, float scale);
// The place of the first largest value of each row; a nan is none.
void mvp_row_argmax(const float *x, int32_t *places, long rows, long columns);
void mvp_softmax_rows(const float *x, const float *center, float *y, long rows, long columns, float inverse_temperature);
// Sum over rows of the entropy of softmax(x), in nats; dx (may be NULL) receives scale times its gradient.
double mvp_softmax_entropy(const float *x, float *dx, float scale, long rows, long columns);
// Per row: -sum_c t log softmax(x * it), with t = one-hot(label) smoothed, or given targets. dx receives the gradient
// of the row's loss times scale when not NULL. Returns the sum of the row losses.
double mvp_cross_entropy(const float *x, const int32_t *labels, const float *targets, float smoothing,
                         float inverse_temperature, float *dx, float scale, long rows, long columns);

// tokens.c
// y = x + keep * gamma * branch over the rows of one sample; gamma may be NULL.
void mvp_residual(const float *x, mvp_array branch, const float *gamma, float keep, float *y, long rows, long columns);
// dbranch = keep * gamma * dy (+=), dgamma += keep * dy * branch
// Either of dbranch and dgamma may be NULL; branch is read for dgamma only.
void mvp_residual_backward(mvp_array branch, const float *gamma, float keep, const float *dy, mvp_array dbranch,
                           bool accumulate, float *dgamma, long rows, long columns);
// One image [3,h,w] in 0...1 to patches [m, 3*p*p], (x - mean) * inverse_std
void mvp_patchify(const float *image, float *patches, long channels, long height, long width, long patch, const float *mean,
                  const float *inverse_std);
// Queries and keys of tokens, turned pair by pair by angles of the token's place
typedef struct {
  const float *cosines, *sines;  // [tokens, width / 2]
  long tokens, heads, width;     // width of a head
  bool halved;                   // pairs (i, i + width / 2) of a head; else (2 i, 2 i + 1)
  bool backward;                 // the other way round
} mvp_rotation;
// Rows first..<first+rows of [batch * tokens, 3 heads width], of which the last third, the values, stays as it is.
// x and y are of one type and begin with row `first`; y may be x.
void mvp_rotate(mvp_array x, mvp_array y, mvp_rotation by, long first, long rows);

// loss.c
// cosine of each row pair; norms kept for the backward
void mvp_row_cosines(const float *a, const float *b, float *cosine, float *norm_a, float *norm_b, long rows,
                     long columns);
// da = or += scale * weight[r] * d cos / d a
void mvp_cosine_backward(const float *a, const float *b, const float *cosine, const float *norm_a, const float *norm_b,
                         const float *weights, float scale, float *da, bool accumulate, long rows, long columns);
// Sum over rows of weight * mean over columns of the loss; da (may be NULL) = or += scale * its gradient.
double mvp_smooth_l1(const float *p, const float *t, const float *weights, float beta, float scale, float *dp,
                     bool accumulate, long rows, long columns);
double mvp_squared_error(const float *p, const float *t, const float *weights, float scale, float *dp, bool accumulate,
                         long rows, long columns);

// batch_norm.c: what a batch norm does to each column: y = (x - mean) scale + shift, cut off below 0 where rectified
typedef struct {
  const float *mean, *scale, *shift;
  bool rectified;
} mvp_column_norm;
// sums[c] += sum over rows of (x - mean)^2
void mvp_column_squares(const float *x, const float *mean, float *sums, long rows, long columns);
void mvp_batch_norm(const float *x, mvp_column_norm norm, float *y, long rows, long columns);
// sums[c] += sum of g; products[c] += sum of g (x - mean), g being dy where the output was not cut off
void mvp_batch_norm_sums(const float *x, mvp_column_norm norm, const float *dy, float *sums, float *products, long rows,
                         long columns);
// dx (+)= scale g - constant - (x - mean) slope
void mvp_batch_norm_backward(const float *x, mvp_column_norm norm, const float *dy, const float *slope,
                             const float *constant, float *dx, bool accumulate, long rows, long columns);

// maps.c: maps are rows of pixels, a pixel is a row of channels
// z = a x + b y; z may be x or y
void mvp_blend(const float *x, float a, const float *y, float b, float *z, long n);
// How a line of pixels is resized: pixel i is (1 - fraction[i]) line[lower[i]] + fraction[i] line[upper[i]].
typedef struct {
  const int32_t *lower, *upper;
  const float *fraction;
  long count;
} mvp_stretching;
// The resized line; its pixels are `step` elements apart.
void mvp_stretch(const float *line, mvp_stretching to, float *out, long step, bool accumulate, long channels);
// dline += what reaches it of dout
void mvp_stretch_backward(const float *dout, long step, mvp_stretching to, float *dline, long channels);
// y[r] = x[r] + keep y[r] for rows that are `from` and `to` elements apart; keep 0 overwrites
void mvp_copy_columns(const float *x, long from, float *y, long to, float keep, long rows, long columns);
// How many labels are not `ignored`; -1 where one of them is no class.
long mvp_labelled(const int32_t *labels, int32_t ignored, long classes, long n);
// Sum of -log softmax(x)[label] over the pixels whose label is not `ignored`; dx (may be NULL) receives the gradient
// times scale, 0 where ignored.
double mvp_pixel_cross_entropy(const float *x, const int32_t *labels, int32_t ignored, float *dx, float scale,
                               long pixels, long classes);

// codes.c
void mvp_tanh(const float *x, float *y, long n);
// dx = or += dy (1 - y y)
void mvp_tanh_backward(const float *y, const float *dy, float *dx, bool accumulate, long n);

// map_patches.c: a map [height, width, channels] to patches, each by (channel, y, x): (x - mean) * inverse by channel
typedef struct {
  long height, width, channels, patch;
} mvp_patching;
void mvp_map_patches(const float *map, float *patches, mvp_patching of, const float *mean, const float *inverse);
// dmap = or += inverse * dpatches
void mvp_map_patches_backward(const float *dpatches, float *dmap, bool accumulate, mvp_patching of, const float *inverse);

// windows.c
// Rows first..<first+count of the matrix [B H W, 9 C] of the 3x3 windows around the pixels of x [B, H, W, C], zeros
// beyond the edges, in x's type.
void mvp_gather_windows(mvp_array x, long height, long width, long channels, long first, long count, void *windows);
// Two lines of `width` pixels to one of width / 2: the largest of each 2x2 window by channel.
void mvp_max_pool(const float *x, float *y, long width, long channels);
// dx += dy where the largest is; the first of them where some are equal
void mvp_max_pool_backward(const float *x, const float *dy, float *dx, long width, long channels);
// y = factors x + keep y by column; keep 0 overwrites
void mvp_scale_columns(const float *x, const float *factors, float *y, float keep, long rows, long columns);

// largest.c: takes values [count], numbered from `first` on, among the `length` largest that are kept, largest first,
// among equals the earlier; of which there are `held`.
void mvp_keep_largest(const float *values, long count, int32_t first, long length, float *kept, int32_t *numbers,
                      int32_t *held);

// gradients.c: votes of the pixels of one colour [rows, columns] for nine directions of 20 degrees, with the magnitude
// of Sobel's derivatives, the picture reflected at its edges. values += them, a patch by `width` values: direction, row
// of cells, column of cells.
void mvp_oriented_gradients(const float *plane, long rows, long columns, long patch, long cell, long width,
                            float *values);
// The nine directions of every cell brought to length 1; a histogram has them `each` values apart.
void mvp_unit_histograms(float *values, long count, long each, float least);

// optimizer.c: one AdamW step as torch.optim.AdamW (decoupled decay, bias corrections passed in)
void mvp_adamw(float *w, const float *g, float *m, float *v, long n, float lr, float beta1, float beta2, float epsilon,
               float decay, float correction1, float correction2_sqrt);

#endif
