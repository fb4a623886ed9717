// The products of CKernels once more, from its own sources, for a CPU that has AMX.
#define MVP_AMX_IN_C "../../Tests/COtherCPUs/amx_in_c.h"
#define mvp_has_amx amx_in_c_is_there
#define mvp_products_supported amx_in_c_products_supported
#define mvp_arithmetic amx_in_c_arithmetic
#define mvp_multiply amx_in_c_multiply
#define mvp_multiply_packed amx_in_c_multiply_packed
#define mvp_panel_columns amx_in_c_panel_columns
#define mvp_packed_bytes amx_in_c_packed_bytes
#define mvp_pack amx_in_c_pack
#define mvp_unpack amx_in_c_unpack
#define mvp_multiply_amx amx_in_c_multiply_amx
#define mvp_pack_amx_tiles amx_in_c_pack_amx_tiles
#include "../../Sources/CKernels/product_amx.c"
#include "../../Sources/CKernels/product_amx_packing.c"
#include "../../Sources/CKernels/products.c"

bool amx_in_c_is_there(void) { return true; }
