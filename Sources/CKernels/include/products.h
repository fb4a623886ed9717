#ifndef MVP_PRODUCTS_H
#define MVP_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>

#include "types.h"

// Matrix products for CPUs with AVX-512, each on the calling thread alone: tiles of 14 x 32 sums that never leave the
// registers, fed by A as it lies in memory and by B in panels of 32 columns. bfloat16 goes through the matrix unit of
// CPUs with AMX, from the same panels.

// Rows and columns in memory, by strides in elements.
typedef struct {
  void *data;
  mvp_type type;
  long row, column;
} mvp_matrix;

// The same product for each of several matrices: distances between them in elements.
typedef struct {
  long count, a, b, c;
} mvp_product_batch;

// Whether this CPU has the instructions for products of such elements.
bool mvp_products_supported(mvp_type type);

// The type in which elements of `type` are multiplied. bfloat16 becomes float32 while it is packed where dot products
// of it take longer than float32 multiply-adds: a vector of them took four times as long on Emerald Rapids, and as long
// on Zen 4. Intel's are taken for such, but for Cooper Lake's, and those that have AMX.
mvp_type mvp_arithmetic(mvp_type type);

// C[m,n] (+)= A[m,k] B[k,n], summed in float32. B is of A's type or float32, which becomes what A is multiplied as; C
// is of either, its rows contiguous. Each element has the bits that it has in any other product of the same row, column
// and k, whatever else is computed with it. False, and nothing is written, where the types or strides are others than
// the kernels read: one of the two strides of A and of B has to be 1.
bool mvp_multiply(mvp_matrix a, mvp_matrix b, mvp_matrix c, long m, long n, long k, bool accumulate, mvp_product_batch batch);

// Columns of a panel: a matrix can be packed in parts that begin at multiples of it.
long mvp_panel_columns(void);
size_t mvp_packed_bytes(long k, long n, mvp_type type);
// Packs columns [first, first + count) of B[k,n] into the panels of `packed`, the memory of the whole, for products
// with an A of `type`; float32 becomes what that is multiplied as. `past_caches` writes to memory what will not be read
// at once: twice as fast as first fetching the lines that are written over. False if a stride is not 1.
bool mvp_pack(mvp_matrix b, long k, long n, long first, long count, mvp_type type, bool past_caches, void *packed);
// The reverse of mvp_pack for the whole of a float32 B.
void mvp_unpack(const void *packed, long k, long n, mvp_matrix b);
// C[m,n] (+)= A[m,k] B + bias[n] for a packed B of A's type; bias may be NULL, one of A's strides is 1.
void mvp_multiply_packed(mvp_matrix a, const void *packed, mvp_matrix c, long m, long n, long k, bool accumulate,
                         const float *bias);

#endif
