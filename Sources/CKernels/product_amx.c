#include "amx.h"

#if defined(__x86_64__)
#include <string.h>

// Two rows of tiles stay in the L1 cache while the panels pass through it from the L2 cache: at most MOST_STEPS steps
// of k and MOST_PANELS panels at a time; sums are kept if k has more.
enum { MOST_STEPS = 24, MOST_PANELS = AMX_PANELS };

// At most 2 x 2 tiles of C, and the steps of k that are added to them now.
typedef struct {
  const char *a[2];    // of each row of tiles
  long a_row, a_step;  // bytes from row to row and from step to step
  const char *panel;
  long steps;
  // The last step where k ends within it, with zeros behind; `panel_end` is NULL if it does not.
  const char *a_end[2], *panel_end;
  float *sums;  // lines of PANEL, one for each row
  long second;  // the line at which the second row of tiles begins
  bool first;   // nothing is summed yet
} block_work;

// Rows of C whose sums are complete but for bias and what was there before.
typedef struct {
  const float *sums;
  char *c;
  long rows, c_row;
  mvp_type c_type;
  bool accumulate;
  __m512 bias[2];
  uint32_t columns;  // those that there are, a bit each
} finishing;

INLINE AMX void finish_rows(const finishing *f, mvp_type type, bool accumulate) {
  const __m512 bias[2] = {f->bias[0], f->bias[1]};
  const __mmask32 all = f->columns;
  const __mmask16 columns[2] = {(__mmask16)all, (__mmask16)(all >> LANES)};
  const long c_row = f->c_row;
  const float *from = f->sums;
  char *row = f->c;
  for (long i = 0; i < f->rows; i++, from += PANEL, row += c_row) {
    __m512 sums[2];
    // Other panels of these rows follow.
    __builtin_prefetch(row + PANEL * size_of(type), 1);
    if (type == MVP_FLOAT32) __builtin_prefetch(row + PANEL * size_of(type) + AMX_LINE, 1);
    UNROLLED(int j = 0; j < 2; j++) {
      sums[j] = _mm512_add_ps(_mm512_load_ps(from + LANES * j), bias[j]);
      char *c = row + LANES * j * size_of(type);
      if (accumulate) sums[j] = _mm512_add_ps(sums[j], (__m512)load_wide(type, c, columns[j]));
      if (type == MVP_FLOAT32) _mm512_mask_storeu_ps(c, columns[j], sums[j]);
    }
    if (type == MVP_BFLOAT16) _mm512_mask_storeu_epi16(row, all, (__m512i)_mm512_cvtne2ps_pbh(sums[1], sums[0]));
  }
}

INLINE AMX void finish(const finishing *f) {
  if (f->c_type == MVP_BFLOAT16) {
    if (f->accumulate) {
      finish_rows(f, MVP_BFLOAT16, true);
    } else {
      finish_rows(f, MVP_BFLOAT16, false);
    }
  } else if (f->accumulate) {
    finish_rows(f, MVP_FLOAT32, true);
  } else {
    finish_rows(f, MVP_FLOAT32, false);
  }
}

// Tiles 0 to 3 are the sums, 4 and 5 rows of A, 6 and 7 columns of B.
INLINE AMX void step(const char *const a[2], long a_row, const char *b, int rows, int vectors) {
  amx_load(6, b, vectors * AMX_LINE);
  amx_load(4, a[0], a_row);
  amx_multiply_add(0, 4, 6);
  if (vectors == 2) {
    amx_load(7, b + AMX_LINE, vectors * AMX_LINE);
    amx_multiply_add(1, 4, 7);
  }
  if (rows == 2) {
    amx_load(5, a[1], a_row);
    amx_multiply_add(2, 5, 6);
    if (vectors == 2) amx_multiply_add(3, 5, 7);
  }
}

INLINE long in_parts(long count, long parts) { return (count + parts - 1) / parts; }

// While the tiles multiply, the vector units finish the rows of the block before, which no tile waits for: the CPU
// finds both to do by itself. Fetching ahead by instructions, of panels or of rows of A, was slower than what the
// hardware fetches.
INLINE AMX void block(const block_work *work, const finishing *before, int rows, int vectors) {
  enum { STRIDE = 4 * PANEL };
  const long size = AMX_UNITS * AMX_LINE * vectors;
  float *second = work->sums + work->second * PANEL;
  if (work->first) {
    amx_zero(0);
    if (vectors == 2) amx_zero(1);
    if (rows == 2) amx_zero(2);
    if (rows == 2 && vectors == 2) amx_zero(3);
  } else {
    amx_load(0, work->sums, STRIDE);
    if (vectors == 2) amx_load(1, work->sums + LANES, STRIDE);
    if (rows == 2) amx_load(2, second, STRIDE);
    if (rows == 2 && vectors == 2) amx_load(3, second + LANES, STRIDE);
  }
  const char *a[2] = {work->a[0], work->a[1]}, *b = work->panel;
  for (long i = 0; i < work->steps; i++) {
    step(a, work->a_row, b, rows, vectors);
    a[0] += work->a_step;
    a[1] += work->a_step;
    b += size;
  }
  if (work->panel_end) step(work->a_end, AMX_LINE, work->panel_end, rows, vectors);
  finish(before);
  amx_store(0, work->sums, STRIDE);
  if (vectors == 2) amx_store(1, work->sums + LANES, STRIDE);
  if (rows == 2) amx_store(2, second, STRIDE);
  if (rows == 2 && vectors == 2) amx_store(3, second + LANES, STRIDE);
}

AMX static void block_1_1(const block_work *work, const finishing *before) { block(work, before, 1, 1); }
AMX static void block_1_2(const block_work *work, const finishing *before) { block(work, before, 1, 2); }
AMX static void block_2_1(const block_work *work, const finishing *before) { block(work, before, 2, 1); }
AMX static void block_2_2(const block_work *work, const finishing *before) { block(work, before, 2, 2); }
// By two rows of tiles, and two columns.
static void (*const block_functions[2][2])(const block_work *, const finishing *) = {{block_1_1, block_1_2}, {block_2_1, block_2_2}};

AMX static void configure(long rows) {
  amx_shapes shapes __attribute__((aligned(64))) = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) {
    shapes.line_bytes[tile] = AMX_LINE;
    shapes.lines[tile] = (uint8_t)(tile < 6 ? rows : AMX_UNITS);
  }
  amx_configure(&shapes);
}

// What A[m,k] has behind its whole steps, zeros behind that.
AMX static void copy_ends_of_rows(mvp_matrix a, long m, long k, long whole, uint32_t *ends) {
  const uint32_t mask = first_of(k - whole * 2 * AMX_UNITS, 2 * AMX_UNITS);
  for (long i = 0; i < m; i++) {
    const uint16_t *from = (const uint16_t *)a.data + i * a.row + whole * 2 * AMX_UNITS;
    _mm512_store_si512(ends + i * AMX_UNITS, _mm512_maskz_loadu_epi16(mask, from));
  }
}

// Two rows of tiles: where they begin in A at step `from` of `steps`, and where their last step lies. The second may be
// none.
static void set_rows(block_work *work, amx_left a, const uint32_t *ends, amx_rows rows, long tile, long steps, long whole, long from) {
  const long size = rows.rows * AMX_UNITS;
  for (long i = 0; i < 2 && tile + i < rows.tiles; i++) {
    const long row = amx_start(rows, tile + i);
    work->a[i] = a.tiles ? (const char *)(a.tiles + ((tile + i) * steps + from) * size)
                         : (const char *)a.matrix.data + row * work->a_row + from * AMX_LINE;
    work->a_end[i] = (const char *)(a.tiles ? a.tiles + ((tile + i) * steps + whole) * size : ends + row * AMX_UNITS);
  }
}

AMX void mvp_multiply_amx(amx_left a, const uint32_t *panels, long depth, long begin, mvp_matrix c, long m, long n, long k,
                          bool accumulate, const float *bias, uint32_t *room) {
  const amx_rows rows = amx_rows_of(m);
  const long units = units_of(k, MVP_BFLOAT16), steps = amx_steps(k), whole = k / (2 * AMX_UNITS);
  const long parts = whole > MOST_STEPS ? in_parts(whole, MOST_STEPS) : 1, columns = in_parts(n, PANEL);
  const bool ends = whole < steps;
  float *sums = (float *)room;
  uint32_t *row_ends = room + MOST_PANELS * AMX_SUMS, *panel_ends = row_ends + m * AMX_UNITS;
  if (ends && !a.tiles) copy_ends_of_rows(a.matrix, m, k, whole, row_ends);
  for (long j = 0; ends && j < columns; j++) {
    const long line = n - j * PANEL > LANES ? PANEL : LANES, there = (units - whole * AMX_UNITS) * line;
    uint32_t *end = panel_ends + j * AMX_UNITS * PANEL;
    memcpy(end, panels + j * PANEL * depth + (begin + whole * AMX_UNITS) * line, (size_t)there * 4);
    memset(end + there, 0, (size_t)(AMX_UNITS * line - there) * 4);
  }

  block_work work = {.a_row = a.tiles ? AMX_LINE : 2 * a.matrix.row, .a_step = a.tiles ? AMX_LINE * rows.rows : AMX_LINE};
  finishing before = {0}, now = {.c_row = c.row * size_of(c.type), .c_type = c.type, .accumulate = accumulate};
  long most = (long)mvp_cache_bytes() / 2 / (units * 4 * PANEL + 1);
  most = most < 1 ? 1 : most > MOST_PANELS ? MOST_PANELS : most;
  const long groups = in_parts(columns, most);
  configure(rows.rows);
  for (long group = 0; group < groups; group++) {
    const long first = columns * group / groups, end = columns * (group + 1) / groups;
    for (long tile = 0, done = 0; tile < rows.tiles; tile += 2) {
      const bool two = tile + 1 < rows.tiles;
      const long start = amx_start(rows, tile), second = two ? amx_start(rows, tile + 1) : start;
      const long count = second + rows.rows - done;
      for (long part = 0; part < parts; part++) {
        const long from = whole * part / parts, to = whole * (part + 1) / parts;
        const bool last = part + 1 == parts;
        set_rows(&work, a, row_ends, rows, tile, steps, whole, from);
        work.first = part == 0;
        work.steps = to - from;
        work.second = second - start;
        for (long j = first; j < end; j++) {
          const long line = n - j * PANEL > LANES ? PANEL : LANES;
          const uint32_t *panel = panels + j * PANEL * depth + (begin + from * AMX_UNITS) * line;
          work.panel = (const char *)panel;
          work.panel_end = last && ends ? (const char *)(panel_ends + j * AMX_UNITS * PANEL) : NULL;
          work.sums = sums + (parts > 1 ? (j - first) * AMX_SUMS : 0);
          block_functions[two][line > LANES](&work, &before);
          before.rows = 0;
          if (last) {
            before = now;
            before.sums = work.sums + (done - start) * PANEL;
            before.c = (char *)c.data + done * now.c_row + j * PANEL * size_of(c.type);
            before.rows = count;
            before.columns = first_of(n - j * PANEL, PANEL);
            for (int v = 0; v < 2 && bias; v++) {
              before.bias[v] = load_floats(bias + j * PANEL + v * LANES, before.columns >> v * LANES & 0xffff);
            }
          }
        }
      }
      done += count;
    }
  }
  finish(&before);
  amx_release();
}
#endif
