#include <stdlib.h>
#include <sys/mman.h>

#include "include/CKernels.h"

enum { ALIGNMENT = 64, HUGE_PAGE = 1 << 21 };

void *mvp_allocate(size_t bytes) {
  size_t alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : ALIGNMENT;
  size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  void *memory = NULL;
  if (posix_memalign(&memory, alignment, rounded) != 0) return NULL;
#ifdef MADV_HUGEPAGE
  if (alignment == HUGE_PAGE) madvise(memory, rounded, MADV_HUGEPAGE);
#endif
  return memory;
}

void mvp_release(void *memory) { free(memory); }
