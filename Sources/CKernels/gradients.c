#include "clones.h"

// Of half a turn.
enum { DIRECTIONS = 9 };

// Cosine and sine of where directions 1 to 8 begin.
static const float begins[DIRECTIONS - 1][2] = {
  {0.93969262f, 0.34202014f}, {0.76604444f, 0.64278761f}, {0.5f, 0.86602540f}, {0.17364818f, 0.98480775f},
  {-0.17364818f, 0.98480775f}, {-0.5f, 0.86602540f}, {-0.76604444f, 0.64278761f}, {-0.93969262f, 0.34202014f},
};

typedef struct {
  const float *above, *here, *below;
} lines;

INLINE void vote(lines line, long left, long x, long right, float *magnitude, int32_t *direction) {
  const float middle = line.here[left] - line.here[right];
  float across = (line.above[left] - line.above[right]) + 2 * middle + (line.below[left] - line.below[right]);
  float down = (line.above[left] - line.below[left]) + 2 * (line.above[x] - line.below[x]) +
    (line.above[right] - line.below[right]);
  *magnitude = sqrtf(across * across + down * down);
  // A gradient and the opposite one have the same direction.
  const float turned = (across < 0) | ((across == 0) & (down < 0)) ? -1.0f : 1.0f;
  across *= turned;
  down *= turned;
  int32_t passed = 0;
  for (int i = 0; i < DIRECTIONS - 1; i++) passed += across * begins[i][0] - down * begins[i][1] >= 0;
  *direction = passed;
}

CLONES void mvp_oriented_gradients(
  const float *plane, long rows, long columns, long patch, long cell, long width, float *values) {
  const long along = patch / cell, each = along * along;
  float magnitudes[columns];
  int32_t directions[columns];
  const long right = columns - 1, inner = columns > 1;
  for (long y = 0; y < rows; y++) {
    // The line behind the first and the last one is the second and the last but one.
    const long last = rows - 1, second = rows > 1, before = y > 0 ? y - 1 : second, after = y < last ? y + 1 : last - second;
    const lines line = {plane + before * columns, plane + y * columns, plane + after * columns};
    for (long x = 1; x < right; x++) vote(line, x - 1, x, x + 1, magnitudes + x, directions + x);
    vote(line, inner, 0, inner, magnitudes, directions);
    vote(line, right - inner, right, right - inner, magnitudes + right, directions + right);
    float *row = values + y / patch * (columns / patch) * width + y % patch / cell * along;
    for (long column = 0; column < columns / cell; column++) {
      float *votes = row + column / along * width + column % along;
      for (long x = column * cell; x < (column + 1) * cell; x++) votes[directions[x] * each] += magnitudes[x];
    }
  }
}

CLONES void mvp_unit_histograms(float *values, long count, long each, float least) {
  for (long histogram = 0; histogram < count; histogram += DIRECTIONS * each) {
    for (long cell = histogram; cell < histogram + each; cell++) {
      float squares = 0;
      for (long i = 0; i < DIRECTIONS; i++) squares += values[cell + i * each] * values[cell + i * each];
      const float root = sqrtf(squares), length = root > least ? root : least;
      for (long i = 0; i < DIRECTIONS; i++) values[cell + i * each] /= length;
    }
  }
}
