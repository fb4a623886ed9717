#include "include/COpenBLAS.h"

#if __has_include(<cblas-openblas.h>)
#include <cblas-openblas.h>
#else
#include <cblas.h>
#endif

void mvp_blas_prepare(void) { openblas_set_num_threads(1); }

const char *mvp_blas_core_name(void) { return openblas_get_corename(); }

const char *mvp_blas_config(void) { return openblas_get_config(); }

void mvp_blas_sgemm(bool transpose_a, bool transpose_b, int m, int n, int k, float alpha, const float *a, int lda,
                    const float *b, int ldb, float beta, float *c, int ldc) {
  cblas_sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans, m, n, k,
              alpha, a, lda, b, ldb, beta, c, ldc);
}

void mvp_blas_column_products(int left, int right, int rows, const double *a, const double *b, double *c) {
  cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, left, right, rows, 1, a, left, b, right, 1, c, right);
}
