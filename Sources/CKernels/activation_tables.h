#ifndef MVP_ACTIVATION_TABLES_H
#define MVP_ACTIVATION_TABLES_H

#include "include/CKernels.h"

#if defined(__x86_64__)
// What mvp_activate and mvp_activation_gradient do, for CPUs with AVX-512: values to about 2e-7 of x, slopes to 1e-6.
void mvp_activate_by_tables(mvp_array x, mvp_array y, long n, mvp_activation kind);
void mvp_activation_gradient_by_tables(mvp_array x, mvp_array dy, mvp_stripes y, mvp_array dx, float *sums, long rows,
                                       long columns, mvp_activation kind);
#endif

#endif
