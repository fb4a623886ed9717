#ifdef MVP_ONEDNN  // a build without the trait OneDNN needs no oneDNN
#include "dnnl_internal.h"

size_t mvp_dnnl_packed_bytes(long k, long n, bool bf16) {
  dnnl_memory_desc_t packed;
  return mvp_dnnl_describe_packed(&packed, k, n, bf16) ? dnnl_memory_desc_get_size(&packed) : 0;
}

// Columns of a block where the layout is blocks of columns one behind the other; 0 for any other layout.
static long unit_of(const dnnl_memory_desc_t *packed) {
  const dnnl_blocking_desc_t *blocks = &packed->format_desc.blocking;
  long unit = 1;
  for (int i = 0; i < blocks->inner_nblks; i++) {
    if (blocks->inner_idxs[i] == 1) unit *= blocks->inner_blks[i];
  }
  return blocks->inner_nblks > 0 && blocks->strides[1] >= blocks->strides[0] ? unit : 0;
}

static bool same_blocks(const dnnl_memory_desc_t *x, const dnnl_memory_desc_t *y) {
  const dnnl_blocking_desc_t *a = &x->format_desc.blocking, *b = &y->format_desc.blocking;
  if (a->inner_nblks != b->inner_nblks || a->strides[0] != b->strides[0]) return false;
  for (int i = 0; i < a->inner_nblks; i++) {
    if (a->inner_blks[i] != b->inner_blks[i] || a->inner_idxs[i] != b->inner_idxs[i]) return false;
  }
  return true;
}

long mvp_dnnl_packed_unit(long k, long n, bool bf16) {
  dnnl_memory_desc_t whole, part;
  if (!mvp_dnnl_describe_packed(&whole, k, n, bf16)) return 0;
  long unit = unit_of(&whole);
  if (unit == 0 || unit >= n || !mvp_dnnl_describe_packed(&part, k, unit, bf16)) return n;
  return same_blocks(&whole, &part) ? unit : n;
}

bool mvp_dnnl_pack(long k, long n, long first, long count, long row, long column, bool bf16, const float *matrix,
                   void *packed) {
  mvp_dnnl_thread_state *thread = mvp_dnnl_thread();
  dnnl_dims_t sizes = {k, count}, strides = {row, column};
  dnnl_memory_desc_t from, to, whole;
  if (dnnl_memory_desc_init_by_strides(&from, 2, sizes, dnnl_f32, strides) != dnnl_success) return false;
  if (!mvp_dnnl_describe_packed(&whole, k, n, bf16) || !mvp_dnnl_describe_packed(&to, k, count, bf16)) return false;
  matrix += first * column;
  if (count < n) {
    long unit = unit_of(&whole);
    if (unit == 0 || first % unit != 0 || !same_blocks(&whole, &to)) return false;
    packed = (char *)packed + first / unit * whole.format_desc.blocking.strides[1] * (bf16 ? 2 : 4);
  }
  dnnl_primitive_desc_t description = NULL;
  dnnl_primitive_t reorder = NULL;
  dnnl_memory_t source = NULL, target = NULL;
  bool ok = dnnl_reorder_primitive_desc_create(&description, &from, mvp_dnnl_engine(), &to, mvp_dnnl_engine(), NULL) ==
                dnnl_success &&
            dnnl_primitive_create(&reorder, description) == dnnl_success &&
            dnnl_memory_create(&source, &from, mvp_dnnl_engine(), (void *)matrix) == dnnl_success &&
            dnnl_memory_create(&target, &to, mvp_dnnl_engine(), packed) == dnnl_success;
  if (ok) {
    dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, target}};
    ok = dnnl_primitive_execute(reorder, thread->stream, 2, arguments) == dnnl_success;
  }
  if (source) dnnl_memory_destroy(source);
  if (target) dnnl_memory_destroy(target);
  if (reorder) dnnl_primitive_destroy(reorder);
  if (description) dnnl_primitive_desc_destroy(description);
  return ok;
}
#endif
