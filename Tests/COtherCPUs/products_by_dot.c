// The products of CKernels once more, from its own source, for a CPU whose dot products of bfloat16 are fast and that
// has no AMX.
#define mvp_has_amx by_dot_has_amx
#define mvp_has_fast_bf16 by_dot_has_fast_bf16
#define mvp_products_supported by_dot_products_supported
#define mvp_arithmetic by_dot_arithmetic
#define mvp_multiply by_dot_multiply
#define mvp_multiply_packed by_dot_multiply_packed
#define mvp_panel_columns by_dot_panel_columns
#define mvp_packed_bytes by_dot_packed_bytes
#define mvp_pack by_dot_pack
#define mvp_unpack by_dot_unpack
#include "../../Sources/CKernels/products.c"

bool by_dot_has_amx(void) { return false; }
bool by_dot_has_fast_bf16(void) { return mvp_has_bf16(); }
