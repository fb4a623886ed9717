#include "include/CKernels.h"

static uint64_t range(uint64_t begin, uint64_t end) { return begin << 32 | end; }

void mvp_deal(mvp_share *shares, long parts, long count) {
  for (long part = 0; part < parts; part++) {
    shares[part].left = range((uint64_t)(count * part / parts), (uint64_t)(count * (part + 1) / parts));
  }
}

bool mvp_take(mvp_share *shares, long parts, long part, long least, long most, long *begin, long *end) {
  for (long i = 0; i < parts; i++) {
    mvp_share *share = &shares[(part + i) % parts];
    uint64_t left = __atomic_load_n(&share->left, __ATOMIC_RELAXED);
    for (;;) {
      const uint64_t first = left >> 32, last = left & 0xffffffff;
      if (first >= last) break;
      uint64_t count = (last - first + 1) / 2;
      if (count < (uint64_t)least) count = last - first < (uint64_t)least ? last - first : (uint64_t)least;
      if (count > (uint64_t)most) count = (uint64_t)most;
      const uint64_t rest = i == 0 ? range(first + count, last) : range(first, last - count);
      if (__atomic_compare_exchange_n(&share->left, &left, rest, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        *begin = (long)(i == 0 ? first : last - count);
        *end = *begin + (long)count;
        return true;
      }
    }
  }
  return false;
}
