// The activations of CKernels once more, from its own source, for a CPU without AVX-512.
#define mvp_has_avx512 by_formula_has_avx512
#define mvp_activate by_formula_activate
#define mvp_activation_gradient by_formula_activation_gradient
#include "../../Sources/CKernels/activation.c"

bool by_formula_has_avx512(void) { return false; }
