#include "amx.h"

#if defined(__x86_64__)
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_ROWS = 3 * TILE_ROWS, MOST_UNITS = 512, MOST_PACKED_UNITS = 1024 };

bool mvp_products_supported(mvp_type type) { return mvp_has_avx512() && (type == MVP_FLOAT32 || mvp_has_bf16()); }

mvp_type mvp_arithmetic(mvp_type type) {
  const bool fast = mvp_has_amx() || mvp_has_fast_bf16();
  return type == MVP_BFLOAT16 && fast ? MVP_BFLOAT16 : MVP_FLOAT32;
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

// A[m,k] as the tiles read it: packed by tiles, or as it lies where `tiles` is NULL. `room` is what AMX works in.
typedef struct {
  mvp_matrix matrix;
  const uint32_t *tiles;
  uint32_t *room;
} left_side;

static bool by_amx(mvp_type type) { return type == MVP_BFLOAT16 && mvp_has_amx(); }

// All tiles of C[m,n].
static void multiply_panels(left_side a, right_side b, mvp_matrix c, long m, long n, long k, mvp_type type,
                            bool accumulate, const float *bias) {
  if (by_amx(type)) {
    return mvp_multiply_amx(
        (amx_left){a.matrix, a.tiles}, b.panels, b.depth, b.begin, c, m, n, k, accumulate, bias, a.room);
  }
  const long units = units_of(k, type), size = size_of(type), parts = tile_count(m);
  const bool half = type == MVP_BFLOAT16 && k % 2 != 0 && !a.tiles;  // tiles have a zero there
  tile_work work = {.a_row = a.matrix.row * size, .a_unit = a.matrix.column * 4, .units = units - half, .half = half};
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
    const long next = j + PANEL < n ? j + PANEL : 0, line = n - next > LANES ? PANEL : LANES;
    const uint32_t *upcoming = b.panels + next * b.depth + b.begin * line;
    for (long part = 0; part < parts; part++) {
      const long i = tile_start(m, part), rows = tile_start(m, part + 1) - i;
      work.upcoming = (const char *)(upcoming + units * line / parts * part);
      if (a.tiles) {
        work.a = (const char *)(a.tiles + i * units);
        work.a_row = 4;
        work.a_unit = 4 * rows;
      } else {
        work.a = from(a.matrix, i, 0).data;
      }
      work.c = from(c, i, j).data;
      mvp_tiles[rows - 1][type][vectors - 1](&work);
    }
  }
}

// Rows of A at a time of which `units` units each stay in the L2 cache beside the panels and C.
static long rows_at_a_time(long m, long units) {
  long most = (long)mvp_cache_bytes() * 2 / 5 / (4 * units);
  if (most < LEAST_ROWS) most = LEAST_ROWS;
  const long blocks = (m + most - 1) / most;
  return (m + blocks - 1) / blocks;
}

static long least(long x, long y) { return x < y ? x : y; }

// Whether A[m,k] is read where it lies. Rows that lie a multiple of a page apart push each other out of the L1 cache,
// of which all of them share one set. Contiguous columns are read so where all of them stay in it; their pairs of
// bfloat16 lie apart.
static bool in_place(mvp_matrix a, mvp_type type, long m, long k) {
  if (a.type != type) return false;
  if (a.column == 1) return a.row * size_of(type) % 4096 != 0;
  return type == MVP_FLOAT32 && m * k <= 8 << 10;
}

// Units that left() needs for A[m,k].
static size_t left_units(long m, long n, long units, mvp_type type, bool packs) {
  if (by_amx(type)) return mvp_amx_room(m, n) + (packs ? mvp_amx_tiles(m, units + AMX_UNITS) : 0);
  return packs ? (size_t)m * units + LANES : 0;
}

static left_side left(mvp_matrix a, mvp_type type, long m, long n, long k, bool packs, uint32_t *memory) {
  const bool amx = by_amx(type);
  uint32_t *room = memory, *tiles = packs ? memory + (amx ? mvp_amx_room(m, n) : 0) : NULL;
  if (packs && amx) {
    mvp_pack_amx_tiles(a, m, k, tiles);
  } else if (packs) {
    mvp_pack_tiles(a, m, k, type, tiles);
  }
  return (left_side){a, tiles, room};
}

// The unit at which a part of k begins; lines of A should lie in one line of the cache where AMX reads it in place.
static long begin_of(long part, long parts, long units, mvp_type type) {
  const long begin = units * part / parts;
  return by_amx(type) && part < parts ? begin / AMX_UNITS * AMX_UNITS : begin;
}

// In how many parts k is summed. Narrow sums cannot be added up in parts.
static long parts_of(long units, mvp_type c_type, long most) { return c_type == MVP_FLOAT32 ? (units + most - 1) / most : 1; }

void mvp_multiply_packed(mvp_matrix a, const void *packed, mvp_matrix c, long m, long n, long k, bool accumulate,
                         const float *bias) {
  const mvp_type type = mvp_arithmetic(a.type);
  const long depth = units_of(k, type), parts = parts_of(depth, c.type, by_amx(type) ? MOST_UNITS : MOST_PACKED_UNITS);
  const long most = rows_at_a_time(m, (depth + parts - 1) / parts);
  if (k == 1) a.column = 1;
  const bool packs = !in_place(a, type, m, k);
  uint32_t *memory = scratch_units(left_units(most, n, (depth + parts - 1) / parts, type, packs));
  for (long i = 0; i < m; i += most) {
    const long rows = least(most, m - i);
    for (long part = 0; part < parts; part++) {
      const long first = begin_of(part, parts, depth, type), unit = type == MVP_BFLOAT16 ? 2 : 1;
      const long length = least(k, begin_of(part + 1, parts, depth, type) * unit) - first * unit;
      multiply_panels(
          left(from(a, i, first * unit), type, rows, n, length, packs, memory), (right_side){packed, depth, first},
          from(c, i, 0), rows, n, length, type, accumulate || part > 0, part == 0 ? bias : NULL);
    }
  }
}

// One product of which all of k is summed at once, multiplied as `type`.
static void multiply_part(mvp_matrix a, mvp_matrix b, mvp_matrix c, long m, long n, long k, mvp_type type,
                          bool accumulate) {
  const long units = units_of(k, type), most = rows_at_a_time(m, units);
  const bool packs = !in_place(a, type, m, k);
  const size_t panel_units = (size_t)units * padded_columns(n);
  uint32_t *panels = scratch_units(panel_units + left_units(most, n, units, type, packs));
  mvp_pack_panels(b, k, n, type, false, panels);
  for (long i = 0; i < m; i += most) {
    const long rows = least(most, m - i);
    multiply_panels(
        left(from(a, i, 0), type, rows, n, k, packs, panels + panel_units), (right_side){panels, units, 0}, from(c, i, 0),
        rows, n, k, type, accumulate, NULL);
  }
}

bool mvp_multiply(mvp_matrix a, mvp_matrix b, mvp_matrix c, long m, long n, long k, bool accumulate,
                  mvp_product_batch batch) {
  // Where there is a single row or column its stride says nothing.
  if (k == 1) a.column = b.row = 1;
  if (m == 1 && a.column != 1) a.row = 1;
  if (n == 1 && b.row != 1) b.column = 1;
  if ((a.type != b.type && b.type != MVP_FLOAT32) || !mvp_products_supported(a.type)) return false;
  if ((a.row != 1 && a.column != 1) || (b.row != 1 && b.column != 1) || (c.column != 1 && n > 1)) return false;
  const mvp_type type = mvp_arithmetic(a.type);
  const long units = units_of(k, type), parts = parts_of(units, c.type, MOST_UNITS), unit = type == MVP_BFLOAT16 ? 2 : 1;
  for (long index = 0; index < batch.count; index++) {
    const mvp_matrix x = from((mvp_matrix){a.data, a.type, 1, 0}, index * batch.a, 0);
    const mvp_matrix y = from((mvp_matrix){b.data, b.type, 1, 0}, index * batch.b, 0);
    const mvp_matrix z = from((mvp_matrix){c.data, c.type, 1, 0}, index * batch.c, 0);
    for (long part = 0; part < parts; part++) {
      const long begin = begin_of(part, parts, units, type) * unit;
      const long end = least(k, begin_of(part + 1, parts, units, type) * unit);
      multiply_part(
          from((mvp_matrix){x.data, a.type, a.row, a.column}, 0, begin),
          from((mvp_matrix){y.data, b.type, b.row, b.column}, begin, 0), (mvp_matrix){z.data, c.type, c.row, 1}, m, n,
          end - begin, type, accumulate || part > 0);
    }
  }
  return true;
}

long mvp_panel_columns(void) { return PANEL; }

size_t mvp_packed_bytes(long k, long n, mvp_type type) {
  return (size_t)units_of(k, mvp_arithmetic(type)) * padded_columns(n) * 4;
}

bool mvp_pack(mvp_matrix b, long k, long n, long first, long count, mvp_type type, bool past_caches,
              void *packed) {
  if ((b.row != 1 && b.column != 1) || (b.type != type && b.type != MVP_FLOAT32)) return false;
  type = mvp_arithmetic(type);
  mvp_pack_panels(from(b, 0, first), k, count, type, past_caches, (uint32_t *)packed + first * units_of(k, type));
  return true;
}

void mvp_unpack(const void *packed, long k, long n, mvp_matrix b) {
  const float *panels = packed;
  for (long j = 0; j < n; j += PANEL) {
    const long rest = n - j, width = rest > LANES ? PANEL : LANES;
    for (long unit = 0; unit < k; unit++) {
      const float *line = panels + j * k + unit * width;
      for (long column = 0; column < width && column < rest; column++) {
        ((float *)b.data)[unit * b.row + (j + column) * b.column] = line[column];
      }
    }
  }
}
#else
#include <stdlib.h>

// Other machines support none of this; a call in spite of that is a mistake of the caller.
bool mvp_products_supported(mvp_type type) { return false; }
bool mvp_multiply(mvp_matrix a, mvp_matrix b, mvp_matrix c, long m, long n, long k, bool accumulate, mvp_product_batch batch) {
  return false;
}
long mvp_panel_columns(void) { return PANEL; }
size_t mvp_packed_bytes(long k, long n, mvp_type type) { return 0; }
mvp_type mvp_arithmetic(mvp_type type) { return type; }
bool mvp_pack(mvp_matrix b, long k, long n, long first, long count, mvp_type type, bool past_caches, void *packed) {
  return false;
}
void mvp_unpack(const void *packed, long k, long n, mvp_matrix b) { abort(); }
void mvp_multiply_packed(mvp_matrix a, const void *packed, mvp_matrix c, long m, long n, long k, bool accumulate,
                         const float *bias) {
  abort();
}
#endif
