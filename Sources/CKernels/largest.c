#include "clones.h"

// Values that are looked at together.
enum { BLOCK = 32 };

CLONES void mvp_keep_largest(
  const float *values, long count, int32_t first, long length, float *kept, int32_t *numbers, int32_t *held) {
  long filled = *held;
  for (long i = 0; i < count;) {
    // Most blocks have none that is larger than the least that is kept.
    while (filled == length && i + BLOCK <= count) {
      const float least = kept[length - 1];
      int larger = 0;
      for (long j = 0; j < BLOCK; j++) larger |= values[i + j] > least;
      if (larger) break;
      i += BLOCK;
    }
    const long end = i + BLOCK < count ? i + BLOCK : count;
    for (; i < end; i++) {
      const float value = values[i];
      if (filled == length && !(value > kept[length - 1])) continue;
      long at = filled == length ? filled - 1 : filled;
      for (; at > 0 && kept[at - 1] < value; at--) {
        kept[at] = kept[at - 1];
        numbers[at] = numbers[at - 1];
      }
      kept[at] = value;
      numbers[at] = first + (int32_t)i;
      if (filled < length) filled++;
    }
  }
  *held = (int32_t)filled;
}
