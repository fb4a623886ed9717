// The products of CKernels once more, from its own source, for a CPU whose dot products of bfloat16 are slow and that
// has no AMX.
#define mvp_has_amx widened_has_amx
#define mvp_has_fast_bf16 widened_has_fast_bf16
#define mvp_products_supported widened_products_supported
#define mvp_arithmetic widened_arithmetic
#define mvp_multiply widened_multiply
#define mvp_multiply_packed widened_multiply_packed
#define mvp_panel_columns widened_panel_columns
#define mvp_packed_bytes widened_packed_bytes
#define mvp_pack widened_pack
#define mvp_unpack widened_unpack
#include "../../Sources/CKernels/products.c"

bool widened_has_amx(void) { return false; }
bool widened_has_fast_bf16(void) { return false; }
