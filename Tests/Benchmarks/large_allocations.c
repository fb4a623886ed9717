// Counts blocks of 256 kB and more that a program asks of the allocator or maps, from outside of it.
//
//   cc -O2 -shared -fPIC Tests/Benchmarks/large_allocations.c -o /tmp/large_allocations.so -ldl
//   LD_PRELOAD=/tmp/large_allocations.so .build/release/mvp bench --config tiny-32 --steps 5 --json
//   LD_PRELOAD=/tmp/large_allocations.so .build/release/mvp bench --config tiny-32 --steps 25 --json
//
// prints the count on standard error at the end; where both counts are equal, a step asks for none.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { LARGE = 256 * 1024 };
static atomic_long allocated, mapped;

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

void *malloc(size_t bytes) {
  REAL(malloc);
  if (bytes >= LARGE) ++allocated;
  return real(bytes);
}

void *realloc(void *memory, size_t bytes) {
  REAL(realloc);
  if (bytes >= LARGE) ++allocated;
  return real(memory, bytes);
}

int posix_memalign(void **memory, size_t alignment, size_t bytes) {
  REAL(posix_memalign);
  if (bytes >= LARGE) ++allocated;
  return real(memory, alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
  REAL(aligned_alloc);
  if (bytes >= LARGE) ++allocated;
  return real(alignment, bytes);
}

void *mmap(void *at, size_t bytes, int protection, int flags, int file, off_t offset) {
  REAL(mmap);
  if (bytes >= LARGE) ++mapped;
  return real(at, bytes, protection, flags, file, offset);
}

__attribute__((destructor)) static void report(void) {
  fprintf(stderr, "large allocations: %ld, large maps: %ld\n", (long)allocated, (long)mapped);
}
