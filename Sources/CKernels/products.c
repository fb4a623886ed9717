#include "panels.h"

#if defined(__x86_64__)
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Parts of A and B that are worked on together are to stay in the L2 cache, whose share for them this is.
enum { CACHED_BYTES = 400 << 10, LEAST_ROWS = 3 * TILE_ROWS, MOST_UNITS = 800, MOST_PACKED_UNITS = 1024 };

static bool has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

bool mvp_products_supported(mvp_type type) {
  return has_avx512() && (type == MVP_FLOAT32 || __builtin_cpu_supports("avx512bf16"));
}

// Memory of the calling thread, good until its next call.
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

typedef struct {
  size_t bytes;
  void *memory;
} scratch;

static void forget(void *of_thread) {
  free(((scratch *)of_thread)->memory);
  free(of_thread);
}

static void make_key(void) { pthread_key_create(&key, forget); }

static uint32_t *scratch_units(size_t units) {
  pthread_once(&once, make_key);
  scratch *mine = pthread_getspecific(key);
  if (!mine) {
    mine = calloc(1, sizeof *mine);
    if (!mine) abort();
    pthread_setspecific(key, mine);
  }
  if (mine->bytes < 4 * units) {
    mvp_release(mine->memory);
    mine->bytes = 4 * units;
    mine->memory = mvp_allocate(mine->bytes);
    if (!mine->memory) abort();
  }
  return mine->memory;
}

static mvp_matrix from(mvp_matrix x, long row, long column) {
  x.data = (char *)x.data + (row * x.row + column * x.column) * size_of(x.type);
  return x;
}

// B in panels of `depth` units along k, and the unit at which a sum begins.
typedef struct {
  const uint32_t *panels;
  long depth, begin;
} right_side;

// All tiles of C[m,n]. `tiles` holds A packed by tiles, or is NULL where A is read as it lies.
static void multiply_panels(mvp_matrix a, const uint32_t *tiles, right_side b, mvp_matrix c, long m, long n, long k,
                            bool accumulate, const float *bias) {
  const long units = units_of(k, a.type), size = size_of(a.type), parts = tile_count(m);
  const bool half = a.type == MVP_BFLOAT16 && k % 2 != 0 && !tiles;  // tiles have a zero there
  tile_work work = {.a_row = a.row * size, .a_unit = a.column * 4, .units = units - half, .half = half};
  work.c_row = c.row * size_of(c.type);
  work.c_type = c.type;
  work.accumulate = accumulate;
  for (long j = 0; j < n; j += PANEL) {
    const long width = n - j < PANEL ? n - j : PANEL, vectors = width > LANES ? 2 : 1;
    work.panel = b.panels + j * b.depth + b.begin * vectors * LANES;
    work.bias = bias ? bias + j : NULL;
    for (int v = 0; v < 2; v++) {
      const long columns = width - v * LANES;
      work.columns[v] = columns >= LANES ? 0xffff : columns > 0 ? (uint16_t)((1 << columns) - 1) : 0;
    }
    for (long part = 0; part < parts; part++) {
      const long i = tile_start(m, part), rows = tile_start(m, part + 1) - i;
      work.a = from(a, i, 0).data;
      if (tiles) {
        work.a = (const char *)(tiles + i * units);
        work.a_row = 4;
        work.a_unit = 4 * rows;
      }
      work.c = from(c, i, j).data;
      mvp_tiles[rows - 1][a.type][vectors - 1](&work);
    }
  }
}

// Rows of A at a time of which `units` units each stay in the cache.
static long rows_at_a_time(long m, long units) {
  long most = CACHED_BYTES / (4 * units);
  if (most < LEAST_ROWS) most = LEAST_ROWS;
  const long blocks = (m + most - 1) / most;
  return (m + blocks - 1) / blocks;
}

static long least(long x, long y) { return x < y ? x : y; }

// Rows that lie a multiple of a page apart push each other out of the L1 cache, of which all of them share one set.
static bool share_a_set(mvp_matrix a) { return a.row * size_of(a.type) % 4096 == 0; }

// Units from row to row of a copy whose rows do not.
static long copied_row(long units) { return (units + LANES - 1) / LANES * LANES + LANES; }

// A copy of A[m,k], whose rows are contiguous.
static mvp_matrix copy_rows(mvp_matrix a, long m, long k, uint32_t *to) {
  const long row = copied_row(units_of(k, a.type));
  for (long i = 0; i < m; i++) memcpy(to + i * row, from(a, i, 0).data, (size_t)(k * size_of(a.type)));
  a.data = to;
  a.row = row * 4 / size_of(a.type);
  return a;
}

// In how many parts k is summed. Narrow sums cannot be added up in parts.
static long parts_of(long units, mvp_type c_type, long most) { return c_type == MVP_FLOAT32 ? (units + most - 1) / most : 1; }

void mvp_multiply_packed(mvp_matrix a, const void *packed, mvp_matrix c, long m, long n, long k, bool accumulate,
                         const float *bias) {
  const long depth = units_of(k, a.type), parts = parts_of(depth, c.type, MOST_PACKED_UNITS);
  const long elements = k == depth ? 1 : 2, most = rows_at_a_time(m, (depth + parts - 1) / parts);
  a.column = 1;
  uint32_t *copy = share_a_set(a) ? scratch_units((size_t)most * copied_row((depth + parts - 1) / parts)) : NULL;
  for (long i = 0; i < m; i += most) {
    const long rows = least(most, m - i);
    for (long part = 0; part < parts; part++) {
      const long first = depth * part / parts, end = least(k, depth * (part + 1) / parts * elements);
      const long length = end - first * elements;
      mvp_matrix here = from(a, i, first * elements);
      if (copy) here = copy_rows(here, rows, length, copy);
      multiply_panels(
          here, NULL, (right_side){packed, depth, first}, from(c, i, 0), rows, n, length, accumulate || part > 0,
          part == 0 ? bias : NULL);
    }
  }
}

// One product of which all of k is summed at once.
static void multiply_part(mvp_matrix a, mvp_matrix b, mvp_matrix c, long m, long n, long k, bool accumulate) {
  const long units = units_of(k, a.type), most = rows_at_a_time(m, units);
  // A whose columns are contiguous is read in place where it stays in the L1 cache; pairs of bfloat16 lie apart in it.
  const bool in_place = a.column == 1 || (a.type == MVP_FLOAT32 && m * k <= 8 << 10);
  const size_t panel_units = (size_t)units * padded_columns(n), tile_units = in_place ? 0 : (size_t)units * most;
  uint32_t *panels = scratch_units(panel_units + tile_units), *tiles = in_place ? NULL : panels + panel_units;
  mvp_pack_panels(b, k, n, a.type, panels);
  for (long i = 0; i < m; i += most) {
    const long rows = least(most, m - i);
    if (tiles) mvp_pack_tiles(from(a, i, 0), rows, k, tiles);
    multiply_panels(from(a, i, 0), tiles, (right_side){panels, units, 0}, from(c, i, 0), rows, n, k, accumulate, NULL);
  }
}

bool mvp_multiply(mvp_matrix a, mvp_matrix b, mvp_matrix c, long m, long n, long k, bool accumulate,
                  mvp_product_batch batch) {
  // Where there is a single row or column its stride says nothing.
  if (k == 1) a.column = b.row = 1;
  if (m == 1 && a.column != 1) a.row = 1;
  if (n == 1 && b.row != 1) b.column = 1;
  if (a.type != b.type || !mvp_products_supported(a.type)) return false;
  if ((a.row != 1 && a.column != 1) || (b.row != 1 && b.column != 1) || (c.column != 1 && n > 1)) return false;
  const long units = units_of(k, a.type), parts = parts_of(units, c.type, MOST_UNITS);
  const long elements = a.type == MVP_BFLOAT16 ? 2 : 1;
  for (long index = 0; index < batch.count; index++) {
    const mvp_matrix x = from((mvp_matrix){a.data, a.type, 1, 0}, index * batch.a, 0);
    const mvp_matrix y = from((mvp_matrix){b.data, b.type, 1, 0}, index * batch.b, 0);
    const mvp_matrix z = from((mvp_matrix){c.data, c.type, 1, 0}, index * batch.c, 0);
    for (long part = 0; part < parts; part++) {
      const long begin = units * part / parts * elements, end = least(k, units * (part + 1) / parts * elements);
      multiply_part(
          from((mvp_matrix){x.data, a.type, a.row, a.column}, 0, begin),
          from((mvp_matrix){y.data, b.type, b.row, b.column}, begin, 0), (mvp_matrix){z.data, c.type, c.row, 1}, m, n,
          end - begin, accumulate || part > 0);
    }
  }
  return true;
}

long mvp_panel_columns(void) { return PANEL; }

size_t mvp_packed_bytes(long k, long n, mvp_type type) { return (size_t)units_of(k, type) * padded_columns(n) * 4; }

bool mvp_pack(mvp_matrix b, long k, long n, long first, long count, mvp_type type, void *packed) {
  if ((b.row != 1 && b.column != 1) || (b.type != type && b.type != MVP_FLOAT32)) return false;
  mvp_pack_panels(from(b, 0, first), k, count, type, (uint32_t *)packed + first * units_of(k, type));
  return true;
}
#else
#include <stdlib.h>

// Elsewhere nothing is supported, and what is asked for in spite of that is a mistake of the caller.
bool mvp_products_supported(mvp_type type) { return false; }
bool mvp_multiply(mvp_matrix a, mvp_matrix b, mvp_matrix c, long m, long n, long k, bool accumulate, mvp_product_batch batch) {
  return false;
}
long mvp_panel_columns(void) { return PANEL; }
size_t mvp_packed_bytes(long k, long n, mvp_type type) { return 0; }
bool mvp_pack(mvp_matrix b, long k, long n, long first, long count, mvp_type type, void *packed) { return false; }
void mvp_multiply_packed(mvp_matrix a, const void *packed, mvp_matrix c, long m, long n, long k, bool accumulate,
                         const float *bias) {
  abort();
}
#endif
