#include "amx.h"

#if defined(__x86_64__)
#include <string.h>

// Steps of k at a time, so that a panel's part of them stays in the L1 cache beside what passes through it.
enum { MOST_STEPS = 16 };

// At most 2 x 2 tiles of C, and the steps of k that are added to them now.
typedef struct {
  const char *a[2];  // of each row of tiles
  long a_row, a_step;  // bytes from row to row and from step to step
  const char *panel;
  long steps;
  // The last step where k ends within it, with zeros behind; NULL where it does not.
  const char *a_end[2], *panel_end;
  float *sums;      // lines of PANEL, one for each row
  long second;       // the line at which the second row of tiles begins
  bool first;        // nothing is summed yet
  // What is needed next is fetched meanwhile: the rows of C, two lines each where it is float32; into the L2 cache lines of the next
  // panel, so many a step.
  const char *c, *upcoming;
  long c_row, c_rows, upcoming_lines;
  mvp_type c_type;
} block_work;

// Rows of C whose sums are complete but for bias and what was there before.
typedef struct {
  const float *sums;
  char *c;
  long left, c_row;
  mvp_type c_type;
  bool accumulate;
  const float *bias;
  uint32_t columns;  // those that there are, a bit each
} finishing;

INLINE AMX __m512 with_bias(const finishing *f, __m512 sum, int vector) {
  if (!f->bias) return sum;
  return _mm512_add_ps(sum, load_floats(f->bias + LANES * vector, f->columns >> LANES * vector & 0xffff));
}

INLINE AMX void finish_row(finishing *f, int vectors) {
  __m512 sums[2];
  for (int j = 0; j < vectors; j++) {
    const uint32_t columns = f->columns >> LANES * j & 0xffff;
    sums[j] = with_bias(f, _mm512_load_ps(f->sums + LANES * j), j);
    if (f->accumulate) {
      const void *c = f->c + LANES * j * size_of(f->c_type);
      sums[j] = _mm512_add_ps(sums[j], (__m512)load_wide(f->c_type, c, columns));
    }
    if (f->c_type == MVP_FLOAT32) _mm512_mask_storeu_ps((float *)f->c + LANES * j, (__mmask16)columns, sums[j]);
  }
  if (f->c_type == MVP_BFLOAT16 && vectors == 2) {
    _mm512_mask_storeu_epi16(f->c, f->columns, (__m512i)_mm512_cvtne2ps_pbh(sums[1], sums[0]));
  } else if (f->c_type == MVP_BFLOAT16) {
    _mm256_mask_storeu_epi16(f->c, (__mmask16)f->columns, (__m256i)_mm512_cvtneps_pbh(sums[0]));
  }
  f->sums += PANEL;
  f->c += f->c_row;
  f->left--;
}

INLINE AMX void finish(finishing *f, long rows) {
  for (long i = rows < f->left ? rows : f->left; i > 0; i--) {
    if (f->columns >> LANES) {
      finish_row(f, 2);
    } else {
      finish_row(f, 1);
    }
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

INLINE long in_parts(long count, long parts) { return parts > 0 ? (count + parts - 1) / parts : 0; }

// While the tiles multiply, the vector units finish the rows of the block before.
INLINE AMX void block(const block_work *work, finishing *before, int rows, int vectors) {
  enum { STRIDE = 4 * PANEL };
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
  const char *a[2] = {work->a[0], work->a[1]}, *b = work->panel, *upcoming = work->upcoming;
  const long share = in_parts(before->left, work->steps), rows_of_c = in_parts(work->c_rows, work->steps);
  const char *c = work->c;
  for (long i = 0; i < work->steps; i++) {
    step(a, work->a_row, b, rows, vectors);
    a[0] += work->a_step;
    a[1] += work->a_step;
    b += AMX_UNITS * AMX_LINE * vectors;
    for (long line = work->upcoming_lines; line > 0; line--, upcoming += AMX_LINE) __builtin_prefetch(upcoming, 0, 2);
    for (long row = rows_of_c; row > 0; row--, c += work->c_row) {
      __builtin_prefetch(c, 1);
      if (work->c_type == MVP_FLOAT32) __builtin_prefetch(c + AMX_LINE, 1);
    }
    finish(before, share);
  }
  if (work->panel_end) step(work->a_end, AMX_LINE, work->panel_end, rows, vectors);
  finish(before, before->left);
  amx_store(0, work->sums, STRIDE);
  if (vectors == 2) amx_store(1, work->sums + LANES, STRIDE);
  if (rows == 2) amx_store(2, second, STRIDE);
  if (rows == 2 && vectors == 2) amx_store(3, second + LANES, STRIDE);
}

AMX static void block_1_1(const block_work *work, finishing *before) { block(work, before, 1, 1); }
AMX static void block_1_2(const block_work *work, finishing *before) { block(work, before, 1, 2); }
AMX static void block_2_1(const block_work *work, finishing *before) { block(work, before, 2, 1); }
AMX static void block_2_2(const block_work *work, finishing *before) { block(work, before, 2, 2); }
// By two rows of tiles, and two columns.
static void (*const block_functions[2][2])(const block_work *, finishing *) = {{block_1_1, block_1_2}, {block_2_1, block_2_2}};

AMX static void configure(long rows) {
  amx_shapes shapes __attribute__((aligned(64))) = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) {
    shapes.line_bytes[tile] = AMX_LINE;
    shapes.lines[tile] = (uint8_t)(tile < 6 ? rows : AMX_UNITS);
  }
  amx_configure(&shapes);
}

// What A[m,k] has behind its whole steps, zeros behind that.
AMX static void copy_ends(mvp_matrix a, long m, long k, uint32_t *ends) {
  const long whole = k / (2 * AMX_UNITS) * 2 * AMX_UNITS;
  const uint32_t mask = first_of(k - whole, 32);
  for (long i = 0; i < m; i++) {
    const __m512i end = _mm512_maskz_loadu_epi16(mask, (const uint16_t *)a.data + i * a.row + whole);
    _mm512_store_si512(ends + i * AMX_UNITS, end);
  }
}

// Where row `i` of the block's tiles, the product's row `tile`, begins at step `from`, and where its last step lies.
static void set_tile(block_work *work, int i, amx_left a, const uint32_t *ends, amx_rows rows, long tile, long steps, long from, long whole) {
  const long row = amx_start(rows, tile), size = rows.rows * AMX_UNITS;
  work->a[i] = a.tiles ? (const char *)(a.tiles + (tile * steps + from) * size)
                       : (const char *)a.matrix.data + row * work->a_row + from * AMX_LINE;
  work->a_end[i] = (const char *)(a.tiles ? a.tiles + (tile * steps + whole) * size : ends + row * AMX_UNITS);
}

AMX void mvp_multiply_amx(amx_left a, const uint32_t *panels, long depth, long begin, mvp_matrix c, long m, long n, long k,
                          bool accumulate, const float *bias, uint32_t *room) {
  const amx_rows rows = amx_rows_of(m);
  const long units = units_of(k, MVP_BFLOAT16), steps = amx_steps(k), whole = k / (2 * AMX_UNITS);
  const long parts = whole <= MOST_STEPS ? 1 : in_parts(whole, MOST_STEPS), blocks = in_parts(rows.tiles, 2);
  const bool ends = whole < steps;
  uint32_t panel_end[AMX_UNITS * PANEL] __attribute__((aligned(64))) = {0};
  float *sums = (float *)room;
  uint32_t *a_ends = room + amx_sums_of(m);
  if (ends && !a.tiles) copy_ends(a.matrix, m, k, a_ends);
  block_work work = {.a_row = a.tiles ? AMX_LINE : 2 * a.matrix.row, .a_step = a.tiles ? AMX_LINE * rows.rows : AMX_LINE};
  work.c_row = c.row * size_of(c.type);
  work.c_type = c.type;
  finishing before = {0}, now = {.c_row = work.c_row, .c_type = c.type, .accumulate = accumulate};
  configure(rows.rows);
  for (long j = 0; j < n; j += PANEL) {
    const long line = n - j > LANES ? PANEL : LANES;
    const uint32_t *panel = panels + j * depth + begin * line;
    if (ends) memcpy(panel_end, panel + whole * AMX_UNITS * line, (size_t)((units - whole * AMX_UNITS) * line * 4));
    const long next = j + PANEL < n ? j + PANEL : 0, next_line = n - next > LANES ? PANEL : LANES;
    work.upcoming = (const char *)(panels + next * depth + begin * next_line);
    work.upcoming_lines = in_parts(units * next_line / LANES, blocks * whole);
    now.columns = first_of(n - j, PANEL);
    now.bias = bias ? bias + j : NULL;
    for (long part = 0; part < parts; part++) {
      const long from = whole * part / parts, to = whole * (part + 1) / parts;
      const bool last = part + 1 == parts;
      work.first = part == 0;
      work.steps = to - from;
      work.panel = (const char *)(panel + from * AMX_UNITS * line);
      work.panel_end = last && ends ? (const char *)panel_end : NULL;
      for (long tile = 0, done = 0; tile < rows.tiles; tile += 2) {
        const bool two = tile + 1 < rows.tiles;
        const long start = amx_start(rows, tile), second = two ? amx_start(rows, tile + 1) : start;
        set_tile(&work, 0, a, a_ends, rows, tile, steps, from, whole);
        if (two) set_tile(&work, 1, a, a_ends, rows, tile + 1, steps, from, whole);
        work.sums = sums + (parts > 1 ? tile * AMX_ROWS * PANEL : 0);
        work.second = second - start;
        work.c = (const char *)c.data + done * work.c_row + j * size_of(c.type);
        work.c_rows = last ? second + rows.rows - done : 0;
        block_functions[two][line > LANES](&work, &before);
        work.upcoming += work.steps * work.upcoming_lines * AMX_LINE;
        if (last) {
          before = now;
          before.sums = work.sums + (done - start) * PANEL;
          before.c = (char *)c.data + done * work.c_row + j * size_of(c.type);
          before.left = work.c_rows;
          done += work.c_rows;
        }
      }
    }
  }
  finish(&before, before.left);
  amx_release();
}
#endif
