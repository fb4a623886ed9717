#ifdef MVP_ONEDNN  // a build without the trait OneDNN needs no oneDNN
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "dnnl_internal.h"

// Primitives by shape. A training step asks for the same few shapes over and over; where shapes keep changing the table
// is emptied when it is full.
enum { SLOTS = 2048, MOST = 1024 };

// oneDNN's objects for the arguments of a product, kept from call to call.
enum { ARGUMENTS = 5 };

typedef struct {
  dnnl_memory_t memory[ARGUMENTS];
  const void *data[ARGUMENTS];
} operands;

typedef struct {
  bool used;
  mvp_dnnl_product_shape shape;
  dnnl_primitive_t primitive;  // NULL where oneDNN refused
  dnnl_memory_desc_t a, b, c, bias, scratch;
  operands *kept;  // of each thread, by its number
} entry;

static entry table[SLOTS];
static int entries;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

// A shape is its own key: every number, then every flag. A field added to it must be counted here too, or this does not
// compile.
enum { NUMBERS = 12, FLAGS = 6, PADDING = sizeof(long) - FLAGS % sizeof(long) };
_Static_assert(offsetof(mvp_dnnl_product_shape, a_bf16) == NUMBERS * sizeof(long), "count the numbers of a shape");
_Static_assert(offsetof(mvp_dnnl_product_shape, packed) == NUMBERS * sizeof(long) + (FLAGS - 1) * sizeof(bool) &&
                   sizeof(mvp_dnnl_product_shape) == NUMBERS * sizeof(long) + FLAGS * sizeof(bool) + PADDING,
               "count the flags of a shape");

static size_t slot_of(const mvp_dnnl_product_shape *shape) {
  const long *numbers = &shape->batch;
  size_t hash = 1469598103934665603u;
  for (int i = 0; i < NUMBERS; i++) hash = (hash ^ (size_t)numbers[i]) * 1099511628211u;
  const bool *flags = &shape->a_bf16;
  for (int i = 0; i < FLAGS; i++) hash = (hash ^ flags[i]) * 1099511628211u;
  return (hash ^ hash >> 29) % SLOTS;
}

static bool same(const mvp_dnnl_product_shape *x, const mvp_dnnl_product_shape *y) {
  return memcmp(&x->batch, &y->batch, NUMBERS * sizeof(long)) == 0 &&
         memcmp(&x->a_bf16, &y->a_bf16, FLAGS * sizeof(bool)) == 0;
}

static entry *find(const mvp_dnnl_product_shape *shape) {
  for (size_t i = slot_of(shape);; i = (i + 1) % SLOTS) {
    if (!table[i].used || same(&table[i].shape, shape)) return &table[i];
  }
}

static dnnl_data_type_t type_of(bool bf16) { return bf16 ? dnnl_bf16 : dnnl_f32; }

// Describes `batch` matrices of rows x columns; two-dimensional where there is one.
static bool describe(dnnl_memory_desc_t *description, long batch, long rows, long columns, long matrix, long row,
                     long column, bool bf16) {
  dnnl_dims_t sizes = {batch, rows, columns}, strides = {matrix, row, column};
  int skip = batch == 1;
  return dnnl_memory_desc_init_by_strides(description, 3 - skip, sizes + skip, type_of(bf16), strides + skip) ==
         dnnl_success;
}

bool mvp_dnnl_describe_packed(dnnl_memory_desc_t *description, long k, long n, bool bf16) {
  mvp_dnnl_thread();  // the layout may depend on the threads that oneDNN believes it has
  // The layout depends on k, n and the type; any number of rows of A gives it.
  dnnl_dims_t a_sizes = {256, k}, b_sizes = {k, n}, c_sizes = {256, n};
  dnnl_memory_desc_t a, b, c;
  dnnl_matmul_desc_t operation;
  dnnl_primitive_desc_t made = NULL;
  bool ok = dnnl_memory_desc_init_by_tag(&a, 2, a_sizes, type_of(bf16), dnnl_ab) == dnnl_success &&
            dnnl_memory_desc_init_by_tag(&b, 2, b_sizes, type_of(bf16), dnnl_format_tag_any) == dnnl_success &&
            dnnl_memory_desc_init_by_tag(&c, 2, c_sizes, dnnl_f32, dnnl_ab) == dnnl_success &&
            dnnl_matmul_desc_init(&operation, &a, &b, NULL, &c) == dnnl_success &&
            dnnl_primitive_desc_create(&made, &operation, NULL, mvp_dnnl_engine(), NULL) == dnnl_success;
  if (ok) *description = *dnnl_primitive_desc_query_md(made, dnnl_query_weights_md, 0);
  if (made) dnnl_primitive_desc_destroy(made);
  return ok;
}

// Fills in an entry; its primitive stays NULL if oneDNN refuses.
static void make(entry *e) {
  const mvp_dnnl_product_shape *s = &e->shape;
  if (!describe(&e->a, s->batch, s->m, s->k, s->a_batch, s->a_row, s->a_column, s->a_bf16)) return;
  if (!describe(&e->c, s->batch, s->m, s->n, s->c_batch, s->c_row, 1, s->c_bf16)) return;
  if (s->packed ? !mvp_dnnl_describe_packed(&e->b, s->k, s->n, s->b_bf16)
                : !describe(&e->b, s->batch, s->k, s->n, s->b_batch, s->b_row, s->b_column, s->b_bf16))
    return;
  if (s->bias && (s->batch > 1 || !describe(&e->bias, 1, 1, s->n, s->n, s->n, 1, false))) return;
  dnnl_matmul_desc_t operation;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t after = NULL;
  dnnl_primitive_desc_t made = NULL;
  bool ok = dnnl_matmul_desc_init(&operation, &e->a, &e->b, s->bias ? &e->bias : NULL, &e->c) == dnnl_success &&
            dnnl_primitive_attr_create(&attributes) == dnnl_success &&
            dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success;
  if (ok && s->accumulate) {
    ok = dnnl_post_ops_create(&after) == dnnl_success && dnnl_post_ops_append_sum(after, 1) == dnnl_success &&
         dnnl_primitive_attr_set_post_ops(attributes, after) == dnnl_success;
  }
  ok = ok && dnnl_primitive_desc_create(&made, &operation, attributes, mvp_dnnl_engine(), NULL) == dnnl_success;
  if (ok && !s->packed) {
    // Its reference code, for shapes that nothing faster takes, is a hundred times slower than BLAS after a conversion.
    const char *name = "";
    dnnl_primitive_desc_query(made, dnnl_query_impl_info_str, 0, &name);
    ok = strncmp(name, "ref", 3) != 0;
  }
  if (ok) {
    e->scratch = *dnnl_primitive_desc_query_md(made, dnnl_query_scratchpad_md, 0);
    e->kept = calloc(MVP_DNNL_NUMBERS, sizeof *e->kept);
    if (!e->kept || dnnl_primitive_create(&e->primitive, made) != dnnl_success) e->primitive = NULL;
    if (!e->primitive) free(e->kept);
  }
  if (made) dnnl_primitive_desc_destroy(made);
  if (after) dnnl_post_ops_destroy(after);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
}

static void release(operands *kept) {
  for (int i = 0; i < ARGUMENTS; i++) {
    if (kept->memory[i]) dnnl_memory_destroy(kept->memory[i]);
  }
}

static void insert(const mvp_dnnl_product_shape *shape) {
  mvp_dnnl_thread();  // primitives are made for the one thread that runs them
  pthread_rwlock_wrlock(&lock);
  if (entries == MOST) {
    for (int i = 0; i < SLOTS; i++) {
      if (!table[i].used || !table[i].primitive) continue;
      for (int thread = 0; thread < MVP_DNNL_NUMBERS; thread++) release(&table[i].kept[thread]);
      free(table[i].kept);
      dnnl_primitive_destroy(table[i].primitive);
    }
    memset(table, 0, sizeof table);
    entries = 0;
  }
  entry *e = find(shape);
  if (!e->used) {
    e->shape = *shape;
    e->used = true;
    entries++;
    make(e);
  }
  pthread_rwlock_unlock(&lock);
}

// Points an argument at its data.
static bool point(operands *mine, int i, const dnnl_memory_desc_t *description, const void *data) {
  if (mine->memory[i] && mine->data[i] == data) return true;
  mine->data[i] = data;
  if (mine->memory[i]) return dnnl_memory_set_data_handle(mine->memory[i], (void *)data) == dnnl_success;
  return dnnl_memory_create(&mine->memory[i], description, mvp_dnnl_engine(), (void *)data) == dnnl_success;
}

static bool execute(const entry *e, const void *a, const void *b, const float *bias, void *c) {
  mvp_dnnl_thread_state *thread = mvp_dnnl_thread();
  const void *scratch = mvp_dnnl_scratch(thread, dnnl_memory_desc_get_size(&e->scratch));
  const int names[ARGUMENTS] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_SCRATCHPAD, DNNL_ARG_BIAS};
  const dnnl_memory_desc_t *descriptions[ARGUMENTS] = {&e->a, &e->b, &e->c, &e->scratch, &e->bias};
  const void *data[ARGUMENTS] = {a, b, c, scratch, bias};
  operands passing = {0};
  operands *mine = thread->number >= 0 ? &e->kept[thread->number] : &passing;
  int count = e->shape.bias ? ARGUMENTS : ARGUMENTS - 1;
  dnnl_exec_arg_t arguments[ARGUMENTS];
  bool ok = true;
  for (int i = 0; i < count && ok; i++) {
    ok = point(mine, i, descriptions[i], data[i]);
    arguments[i] = (dnnl_exec_arg_t){names[i], mine->memory[i]};
  }
  ok = ok && dnnl_primitive_execute(e->primitive, thread->stream, count, arguments) == dnnl_success;
  release(&passing);
  return ok;
}

bool mvp_dnnl_product(const mvp_dnnl_product_shape *shape, const void *a, const void *b, const float *bias, void *c) {
  for (;;) {
    pthread_rwlock_rdlock(&lock);
    entry *e = find(shape);
    if (e->used) {
      bool ok = e->primitive && execute(e, a, b, bias, c);
      pthread_rwlock_unlock(&lock);
      return ok;
    }
    pthread_rwlock_unlock(&lock);
    insert(shape);
  }
}
#endif
