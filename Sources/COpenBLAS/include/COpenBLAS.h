#ifndef MVP_COPENBLAS_H
#define MVP_COPENBLAS_H

#include <stdbool.h>

// The edge to OpenBLAS. Every product runs on the calling thread: the engine splits work over cores itself, so
// OpenBLAS's own pool never starts, and no thread spins while a run is paused.

// Call once before any product.
void mvp_blas_prepare(void);
const char *mvp_blas_core_name(void);
const char *mvp_blas_config(void);

// C[m,n] = alpha * op(A) op(B) + beta * C, row-major; ld* in elements.
void mvp_blas_sgemm(bool transpose_a, bool transpose_b, int m, int n, int k, float alpha, const float *a, int lda,
                    const float *b, int ldb, float beta, float *c, int ldc);

// C[left,right] += A^T B of A[rows,left] and B[rows,right], row-major, in double precision.
void mvp_blas_column_products(int left, int right, int rows, const double *a, const double *b, double *c);

#endif
