#ifndef MVP_TORCH_DEVICE_H
#define MVP_TORCH_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What the program and its library made of libtorch say to each other. The library has one symbol,
/// mvp_torch_functions; its table begins with the number of this interface, which grows with every change of what
/// stands here, so that a library of another program is told from one of this.
///
/// No call throws. A device keeps the first thing that it could not do, and leaves everything undone that is asked of
/// it after that, but reading; see `failure`. Arrays are flat, of float32 or bfloat16; shapes are those that a call
/// says, row-major. Values from the host are taken over before a call returns.
enum { MVP_TORCH_INTERFACE = 1 };

typedef struct mvp_torch_device mvp_torch_device;
typedef struct mvp_torch_array mvp_torch_array;
typedef const mvp_torch_array *mvp_torch_in;

/// Where a result goes: added to what is there, or in its place. NULL: it is not wanted.
typedef struct {
  mvp_torch_array *array;
  bool accumulate;
} mvp_torch_target;

typedef struct {
  char name[256];
  uint64_t total_bytes;
} mvp_torch_gpu;

/// Bytes.
typedef struct {
  int64_t reserved, in_use, peak, allocations;
} mvp_torch_memory;

typedef enum {
  MVP_TORCH_NO_ACTIVATION,
  MVP_TORCH_GELU,
  MVP_TORCH_QUICK_GELU,
  MVP_TORCH_TANH_GELU,
  MVP_TORCH_SILU
} mvp_torch_activation;

typedef struct {
  int64_t batch, tokens, heads, head_width;
  bool causal;
} mvp_torch_attention;

/// Normalises columns by these, [C] each; cut off below 0 where rectified.
typedef struct {
  mvp_torch_in mean, variance, weight, bias;
  float epsilon;
  bool rectified;
} mvp_torch_column_norm;

/// A line of `source` pixels as one of `target`: pixel i is (1 - fraction[i]) of lower[i] and fraction[i] of upper[i].
typedef struct {
  int64_t source, target;
  const int32_t *lower, *upper;
  const float *fraction;
} mvp_torch_line;

typedef struct {
  int64_t batch, channels;
  mvp_torch_line rows, columns;
} mvp_torch_resize;

/// Maps [batch, height, width, channels].
typedef struct {
  int64_t batch, height, width, channels;
} mvp_torch_map;

typedef struct {
  mvp_torch_array *weight, *first, *second;
  mvp_torch_in gradient;
} mvp_torch_update;

typedef struct {
  double rate, beta1, beta2, epsilon, decay;
  int64_t step;
} mvp_torch_adamw;

typedef struct {
  int32_t interface, size;

  // The library, and what it finds.
  const char *(*version)(void);
  bool (*has_cuda)(void);
  /// -1, with the reason, where the driver does not answer.
  int32_t (*gpu_count)(char *reason, size_t capacity);
  bool (*gpu)(int32_t index, mvp_torch_gpu *about);

  // A device: GPU number `gpu`, or the CPU for -1. NULL with the reason where it cannot be.
  mvp_torch_device *(*open)(int32_t gpu, int32_t threads, char *reason, size_t capacity);
  void (*close)(mvp_torch_device *);
  void (*synchronize)(mvp_torch_device *);
  /// The first failure; NULL while there is none. `is_lost`: whether memory cannot be read any more.
  const char *(*failure)(mvp_torch_device *, bool *is_lost);
  mvp_torch_memory (*memory)(mvp_torch_device *);

  // Arrays.
  mvp_torch_array *(*allocate)(mvp_torch_device *, int64_t count, bool is_bfloat16);
  void (*release)(mvp_torch_array *);
  void (*write)(mvp_torch_device *, const float *values, int64_t count, mvp_torch_array *);
  /// False where they cannot be read.
  bool (*read)(mvp_torch_device *, mvp_torch_in, float *values, int64_t count);
  void (*fill)(mvp_torch_device *, mvp_torch_array *, float value);
  void (*copy)(mvp_torch_device *, mvp_torch_in, int64_t from, mvp_torch_array *, int64_t at, int64_t count);
  /// y[0..<count] = scale x[from..<from+count] + keep y
  void (*axpby)(mvp_torch_device *, mvp_torch_in x, int64_t from, float scale, mvp_torch_array *y, float keep,
                int64_t count);
  /// y = factor x + keep y, the factor on the device
  void (*add_times)(mvp_torch_device *, mvp_torch_in x, mvp_torch_in factor, mvp_torch_array *y, float keep,
                    int64_t count);
  void (*scale_all)(mvp_torch_device *, mvp_torch_array *const *arrays, int64_t arrays_count, float factor);
  double (*dot)(mvp_torch_device *, mvp_torch_in, mvp_torch_in, int64_t count);
  double (*sum_of_squares)(mvp_torch_device *, const mvp_torch_in *arrays, int64_t arrays_count);

  // Products.
  void (*linear)(mvp_torch_device *, mvp_torch_in x, mvp_torch_in weight, mvp_torch_in bias, mvp_torch_in added,
                 mvp_torch_array *y, int64_t rows, int64_t inputs, int64_t outputs);
  void (*input_gradient)(mvp_torch_device *, mvp_torch_in dy, mvp_torch_in weight, bool is_bfloat16,
                         mvp_torch_target dx, int64_t rows, int64_t inputs, int64_t outputs);
  void (*weight_gradient)(mvp_torch_device *, mvp_torch_in dy, mvp_torch_in x, bool is_bfloat16, mvp_torch_target dw,
                          int64_t rows, int64_t inputs, int64_t outputs);
  void (*column_sums)(mvp_torch_device *, mvp_torch_in x, mvp_torch_target out, int64_t rows, int64_t columns);
  /// The convolution 3x3 of x [B,H,W,I] with weight [O,9I]; y float32.
  void (*convolution)(mvp_torch_device *, mvp_torch_in x, mvp_torch_in weight, mvp_torch_array *y, mvp_torch_map shape,
                      int64_t outputs);
  void (*convolution_gradient)(mvp_torch_device *, mvp_torch_in dy, mvp_torch_in x, mvp_torch_in weight,
                               bool is_bfloat16, mvp_torch_target dx, mvp_torch_target dw, mvp_torch_map shape,
                               int64_t outputs);

  // Attention. What the gradient is going to ask for comes back where it is kept: an array without elements.
  mvp_torch_array *(*attention)(mvp_torch_device *, mvp_torch_in qkv, mvp_torch_in bias, mvp_torch_array *out,
                                bool keep, mvp_torch_attention shape);
  void (*attention_gradient)(mvp_torch_device *, mvp_torch_in qkv, mvp_torch_in bias, mvp_torch_in kept,
                             mvp_torch_in dout, mvp_torch_target dqkv, mvp_torch_target dbias,
                             mvp_torch_attention shape);
  void (*attention_row)(mvp_torch_device *, mvp_torch_in qkv, mvp_torch_in bias, int64_t query, mvp_torch_array *out,
                        mvp_torch_attention shape);
  void (*rotate)(mvp_torch_device *, mvp_torch_in qkv, mvp_torch_in cosines, mvp_torch_in sines, bool is_halved,
                 bool backward, mvp_torch_array *y, mvp_torch_attention shape);

  // Element by element.
  void (*activate)(mvp_torch_device *, mvp_torch_in x, mvp_torch_array *y, int64_t count, mvp_torch_activation);
  void (*activation_gradient)(mvp_torch_device *, mvp_torch_in x, mvp_torch_in dy, mvp_torch_array *dx, int64_t count,
                              mvp_torch_activation);
  void (*gate)(mvp_torch_device *, mvp_torch_in x, mvp_torch_array *y, int64_t rows, int64_t width);
  void (*gate_gradient)(mvp_torch_device *, mvp_torch_in x, mvp_torch_in dy, mvp_torch_array *dx, int64_t rows,
                        int64_t width);
  void (*tangent)(mvp_torch_device *, mvp_torch_in x, mvp_torch_array *y, int64_t count);
  void (*tangent_gradient)(mvp_torch_device *, mvp_torch_in y, mvp_torch_in dy, mvp_torch_target dx, int64_t count);

  // Norms.
  void (*layer_norm)(mvp_torch_device *, mvp_torch_in x, mvp_torch_in weight, mvp_torch_in bias, mvp_torch_array *y,
                     mvp_torch_array *mean, mvp_torch_array *rstd, int64_t rows, int64_t columns, float epsilon);
  void (*layer_norm_gradient)(mvp_torch_device *, mvp_torch_in x, mvp_torch_in weight, mvp_torch_in dy,
                              mvp_torch_in mean, mvp_torch_in rstd, mvp_torch_target dx, mvp_torch_target dw,
                              mvp_torch_target db, int64_t rows, int64_t columns);
  void (*l2_normalize)(mvp_torch_device *, mvp_torch_in x, mvp_torch_array *y, mvp_torch_array *inverse, int64_t rows,
                       int64_t columns, float epsilon);
  void (*l2_normalize_gradient)(mvp_torch_device *, mvp_torch_in y, mvp_torch_in inverse, mvp_torch_in dy,
                                mvp_torch_target dx, int64_t rows, int64_t columns, float epsilon);
  void (*column_moments)(mvp_torch_device *, mvp_torch_in x, mvp_torch_array *mean, mvp_torch_array *variance,
                         int64_t rows, int64_t columns);
  void (*batch_norm)(mvp_torch_device *, mvp_torch_in x, mvp_torch_column_norm, mvp_torch_array *y, int64_t rows,
                     int64_t columns);
  void (*batch_norm_gradient)(mvp_torch_device *, mvp_torch_in x, mvp_torch_column_norm, bool is_of_batch,
                              mvp_torch_in dy, mvp_torch_target dx, mvp_torch_target dw, mvp_torch_target db,
                              int64_t rows, int64_t columns);

  // Tokens; `keep`, one factor for each of `samples`, may be NULL.
  void (*residual)(mvp_torch_device *, mvp_torch_in x, mvp_torch_in branch, mvp_torch_in scale, const float *keep,
                   int64_t samples, mvp_torch_array *y, int64_t rows, int64_t columns);
  void (*residual_gradient)(mvp_torch_device *, mvp_torch_in branch, mvp_torch_in scale, const float *keep,
                            int64_t samples, mvp_torch_in dy, mvp_torch_target dbranch, mvp_torch_target dscale,
                            int64_t rows, int64_t columns);
  void (*patchify)(mvp_torch_device *, mvp_torch_in pixels, mvp_torch_array *patches, mvp_torch_map shape,
                   int64_t patch, const float *mean, const float *deviation);
  void (*map_patches)(mvp_torch_device *, mvp_torch_in x, mvp_torch_array *patches, mvp_torch_map shape, int64_t patch,
                      const float *mean, const float *deviation);
  void (*map_patches_gradient)(mvp_torch_device *, mvp_torch_in dpatches, mvp_torch_target dx, mvp_torch_map shape,
                               int64_t patch, const float *deviation);
  void (*assemble_tokens)(mvp_torch_device *, mvp_torch_in patches, mvp_torch_in cls, mvp_torch_in mask_token,
                          const bool *mask, mvp_torch_in position, mvp_torch_array *tokens, int64_t batch,
                          int64_t patch_count, int64_t width);
  void (*assemble_tokens_gradient)(mvp_torch_device *, mvp_torch_in dtokens, const bool *mask,
                                   mvp_torch_target dpatches, mvp_torch_target dcls, mvp_torch_target dmask_token,
                                   mvp_torch_target dposition, int64_t batch, int64_t patch_count, int64_t width);
  void (*add_position)(mvp_torch_device *, mvp_torch_in x, mvp_torch_in position, mvp_torch_array *y, int64_t batch,
                       int64_t count);
  /// x [B,N,D] -> y [B,D], means of the tokens from `first` on
  void (*mean_tokens)(mvp_torch_device *, mvp_torch_in x, mvp_torch_array *y, int64_t batch, int64_t tokens,
                      int64_t first, int64_t width);
  void (*mean_tokens_gradient)(mvp_torch_device *, mvp_torch_in dy, mvp_torch_target dx, int64_t batch, int64_t tokens,
                               int64_t first, int64_t width);
  void (*patch_tokens)(mvp_torch_device *, mvp_torch_in x, mvp_torch_array *y, int64_t batch, int64_t tokens,
                       int64_t width);
  void (*patch_tokens_gradient)(mvp_torch_device *, mvp_torch_in dy, mvp_torch_target dx, int64_t batch, int64_t tokens,
                                int64_t width);

  // Rows.
  void (*gather_rows)(mvp_torch_device *, mvp_torch_in x, const int32_t *rows, int64_t count, mvp_torch_array *y,
                      int64_t width);
  void (*gather_rows_gradient)(mvp_torch_device *, mvp_torch_in dy, const int32_t *rows, int64_t count,
                               mvp_torch_target dx, int64_t source_rows, int64_t width);
  void (*look_up)(mvp_torch_device *, mvp_torch_in table, const int32_t *index, int64_t count, mvp_torch_array *out,
                  int64_t columns);
  void (*look_up_gradient)(mvp_torch_device *, mvp_torch_in dout, const int32_t *index, int64_t count,
                           mvp_torch_target dtable, int64_t columns);
  bool (*row_argmax)(mvp_torch_device *, mvp_torch_in x, int32_t *places, int64_t rows, int64_t columns);
  void (*softmax_rows)(mvp_torch_device *, mvp_torch_in x, mvp_torch_in center, mvp_torch_array *y, int64_t rows,
                       int64_t columns, float temperature);
  void (*softmax_rows_gradient)(mvp_torch_device *, mvp_torch_in y, mvp_torch_in dy, mvp_torch_array *dx, int64_t rows,
                                int64_t columns, float temperature);

  // Maps.
  void (*resize_map)(mvp_torch_device *, mvp_torch_in x, mvp_torch_target y, int64_t offset, int64_t width,
                     mvp_torch_resize);
  void (*resize_map_gradient)(mvp_torch_device *, mvp_torch_in dy, int64_t offset, int64_t width, mvp_torch_target dx,
                              mvp_torch_resize);
  /// x [B,h,w,2,2,C] -> y [B,2h,2w,C]; the shape is that of x.
  void (*spread_pixels)(mvp_torch_device *, mvp_torch_in x, mvp_torch_array *y, mvp_torch_map shape);
  void (*fold_pixels)(mvp_torch_device *, mvp_torch_in dy, mvp_torch_target dx, mvp_torch_map shape);
  void (*max_pool)(mvp_torch_device *, mvp_torch_in x, mvp_torch_array *y, mvp_torch_map shape);
  void (*max_pool_gradient)(mvp_torch_device *, mvp_torch_in x, mvp_torch_in dy, mvp_torch_target dx,
                            mvp_torch_map shape);
  /// `rows` [size, height] and `columns` [size, width]: the share that each line has in each part.
  void (*average_pool)(mvp_torch_device *, mvp_torch_in x, const float *rows, const float *columns, int64_t size,
                       mvp_torch_array *y, mvp_torch_map shape);
  void (*average_pool_gradient)(mvp_torch_device *, mvp_torch_in dy, const float *rows, const float *columns,
                                int64_t size, mvp_torch_target dx, mvp_torch_map shape);
  void (*scale_channels)(mvp_torch_device *, mvp_torch_in x, const float *factors, mvp_torch_target y, int64_t batch,
                         int64_t rows, int64_t channels);

  // Losses: sums that are read at once. `weights`, one a row, may be NULL; `upstream` is one number on the device.
  void (*row_cosines)(mvp_torch_device *, mvp_torch_in a, mvp_torch_in b, mvp_torch_array *cosine,
                      mvp_torch_array *norm_a, mvp_torch_array *norm_b, int64_t rows, int64_t columns);
  void (*cosine_gradient)(mvp_torch_device *, mvp_torch_in a, mvp_torch_in b, mvp_torch_in cosine, mvp_torch_in norm_a,
                          mvp_torch_in norm_b, const float *weights, mvp_torch_in upstream, float scale,
                          mvp_torch_target da, int64_t rows, int64_t columns);
  /// Smooth L1 with `beta`, or the squared error where that is negative.
  double (*regression)(mvp_torch_device *, float beta, mvp_torch_in p, mvp_torch_in t, const float *weights,
                       int64_t rows, int64_t columns);
  void (*regression_gradient)(mvp_torch_device *, float beta, mvp_torch_in p, mvp_torch_in t, const float *weights,
                              mvp_torch_in upstream, float scale, mvp_torch_target dp, int64_t rows, int64_t columns);
  /// By labels or by targets.
  double (*cross_entropy)(mvp_torch_device *, mvp_torch_in x, const int32_t *labels, mvp_torch_in targets,
                          float smoothing, float temperature, mvp_torch_array *dx, float scale, int64_t rows,
                          int64_t columns);
  double (*softmax_entropy)(mvp_torch_device *, mvp_torch_in x, mvp_torch_array *dx, float scale, int64_t rows,
                            int64_t columns);
  double (*resized_cross_entropy)(mvp_torch_device *, mvp_torch_in x, const int32_t *labels, int32_t ignored,
                                  float scale, mvp_torch_array *dx, mvp_torch_resize);

  // The optimiser: all parameters of a group by one call.
  void (*adamw)(mvp_torch_device *, const mvp_torch_update *updates, int64_t count, mvp_torch_adamw);
} mvp_torch_table;

const mvp_torch_table *mvp_torch_functions(void);

#ifdef __cplusplus
}
#endif

#endif
