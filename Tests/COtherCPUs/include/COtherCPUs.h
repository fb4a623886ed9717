#ifndef COTHERCPUS_H
#define COTHERCPUS_H

#include "../../../Sources/CKernels/include/CKernels.h"

// Parts of CKernels as they are on CPUs that this machine may not be.

// mvp_multiply, mvp_pack and mvp_multiply_packed as they are on a CPU with AMX, its instructions in plain C; on one
// that multiplies bfloat16 by dot products; on one that widens it to float32 first.
#define PRODUCTS_OF(kind) \
  bool kind##_multiply(mvp_matrix a, mvp_matrix b, mvp_matrix c, long m, long n, long k, bool accumulate, \
                       mvp_product_batch batch); \
  size_t kind##_packed_bytes(long k, long n, mvp_type type); \
  bool kind##_pack(mvp_matrix b, long k, long n, long first, long count, mvp_type type, bool past_caches, void *packed); \
  void kind##_multiply_packed(mvp_matrix a, const void *packed, mvp_matrix c, long m, long n, long k, bool accumulate, \
                              const float *bias);
PRODUCTS_OF(amx_in_c)
PRODUCTS_OF(by_dot)
PRODUCTS_OF(widened)
#undef PRODUCTS_OF

// mvp_activate and mvp_activation_gradient as they are on a CPU without AVX-512.
void by_formula_activate(mvp_array x, mvp_array y, long n, mvp_activation kind);
void by_formula_activation_gradient(mvp_array x, mvp_array dy, mvp_stripes y, mvp_array dx, float *sums, long rows,
                                    long columns, mvp_activation kind);

#endif
