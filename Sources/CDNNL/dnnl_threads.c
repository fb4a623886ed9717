#ifdef MVP_ONEDNN  // a build without the trait OneDNN needs no oneDNN
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "dnnl_internal.h"

static dnnl_engine_t engine;
static atomic_uint numbers;  // a bit for each that is taken
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
// Of OpenMP, where oneDNN was built on it.
static void (*set_openmp_threads)(int);

// Threads of Dispatch come and go: a number serves the next one when its thread has ended.
static int take_number(void) {
  unsigned taken = atomic_load(&numbers);
  while (~taken != 0) {
    int number = __builtin_ctz(~taken);
    if (atomic_compare_exchange_weak(&numbers, &taken, taken | 1u << number)) return number;
  }
  return -1;
}

static void forget(void *memory) {
  mvp_dnnl_thread_state *thread = memory;
  if (thread->number >= 0) atomic_fetch_and(&numbers, ~(1u << thread->number));
  dnnl_stream_destroy(thread->stream);
  free(thread->scratch);
  free(thread);
}

static void start(void) {
  dnnl_engine_create(&engine, dnnl_cpu, 0);
  pthread_key_create(&key, forget);
  set_openmp_threads = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
}

dnnl_engine_t mvp_dnnl_engine(void) {
  pthread_once(&once, start);
  return engine;
}

mvp_dnnl_thread_state *mvp_dnnl_thread(void) {
  pthread_once(&once, start);
  mvp_dnnl_thread_state *thread = pthread_getspecific(key);
  if (thread) return thread;
  thread = calloc(1, sizeof *thread);
  if (!thread) abort();
  thread->number = take_number();
  if (set_openmp_threads) set_openmp_threads(1);  // holds for the calling thread
  dnnl_stream_create(&thread->stream, engine, dnnl_stream_default_flags);
  pthread_setspecific(key, thread);
  return thread;
}

void *mvp_dnnl_scratch(mvp_dnnl_thread_state *thread, size_t bytes) {
  if (bytes > thread->scratch_bytes) {
    free(thread->scratch);
    thread->scratch_bytes = (bytes + 4095) / 4096 * 4096;
    thread->scratch = aligned_alloc(4096, thread->scratch_bytes);
    if (!thread->scratch) abort();
  }
  return thread->scratch;
}

const char *mvp_dnnl_version(void) {
  static char text[32];
  const dnnl_version_t *version = dnnl_version();
  snprintf(text, sizeof text, "%d.%d.%d", version->major, version->minor, version->patch);
  return text;
}
#endif
