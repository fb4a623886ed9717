#ifndef MVP_CDNNL_H
#define MVP_CDNNL_H

#include <stdbool.h>
#include <stddef.h>

// The edge to oneDNN's matrix products. Every product runs on the calling thread alone: the engine splits work over
// cores itself, so oneDNN's OpenMP pool never starts, nothing spins while a run is paused, and results repeat for a
// number of threads.

// C[m,n] (+)= A[m,k] B[k,n] + bias[n] for each of `batch` triples. Strides in elements; a row of C is contiguous.
typedef struct {
  long batch, m, n, k;
  long a_batch, a_row, a_column;
  long b_batch, b_row, b_column;
  long c_batch, c_row;
  bool a_bf16, b_bf16, c_bf16;
  bool accumulate;
  bool bias;
  bool packed;  // B is what mvp_dnnl_pack made of a [k,n] matrix; its strides are not read
} mvp_dnnl_product_shape;

// False if oneDNN refuses; nothing was written then.
bool mvp_dnnl_product(const mvp_dnnl_product_shape *shape, const void *a, const void *b, const float *bias, void *c);

// Bytes of a packed [k,n] matrix in bfloat16 or float32; 0 if oneDNN refuses.
size_t mvp_dnnl_packed_bytes(long k, long n, bool bf16);
// Columns of a block in the packed layout; parts that begin at multiples of it, and are no narrower, can be packed
// apart.
long mvp_dnnl_packed_unit(long k, long n, bool bf16);
// Packs columns [first, first + count) of a float32 matrix [k,n] with strides into oneDNN's own layout, converting on
// the way; `packed` is the memory of the whole.
bool mvp_dnnl_pack(long k, long n, long first, long count, long row, long column, bool bf16, const float *matrix,
                   void *packed);

const char *mvp_dnnl_version(void);

#endif
