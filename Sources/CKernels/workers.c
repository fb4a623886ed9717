#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "include/CKernels.h"

// A worker without work spins for about 50 microseconds, which bridges the gaps inside a training step, and
// then sleeps.
enum { SPINS = 1500 };

static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER;  // held by the thread whose parts are run
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static atomic_int sleeping;
static atomic_ulong turn;  // number of the turn << 16 | parts of it
static atomic_long pending;
static mvp_part_work work;
static void *context;
static long workers;

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static unsigned long next_turn(unsigned long seen) {
  for (int i = 0; i < SPINS; i++) {
    unsigned long now = atomic_load_explicit(&turn, memory_order_acquire);
    if (now != seen) return now;
    relax();
  }
  pthread_mutex_lock(&lock);
  atomic_fetch_add(&sleeping, 1);
  unsigned long now;
  while ((now = atomic_load(&turn)) == seen) pthread_cond_wait(&wake, &lock);
  atomic_fetch_sub(&sleeping, 1);
  pthread_mutex_unlock(&lock);
  return now;
}

static void *worker(void *number) {
  long part = (long)number;
  unsigned long seen = 0;
  for (;;) {
    seen = next_turn(seen);
    // Turn and parts are read at once: a worker that has no part in a turn may come late, and must not take the next
    // one for it.
    if (part >= (long)(seen & 0xffff)) continue;
    work(context, part);
    atomic_fetch_sub_explicit(&pending, 1, memory_order_release);
  }
  return NULL;
}

static bool start_workers(long count) {
  while (workers < count) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 8 << 20);
    int failed = pthread_create(&thread, &attributes, worker, (void *)(workers + 1));
    pthread_attr_destroy(&attributes);
    if (failed) return false;
    workers++;
  }
  return true;
}

void mvp_run_parts(long parts, mvp_part_work body, void *argument) {
  if (parts <= 1 || parts > 0xffff || pthread_mutex_trylock(&busy) != 0) {
    for (long part = 0; part < parts; part++) body(argument, part);
    return;
  }
  if (!start_workers(parts - 1)) {
    for (long part = 0; part < parts; part++) body(argument, part);
    pthread_mutex_unlock(&busy);
    return;
  }
  work = body;
  context = argument;
  atomic_store_explicit(&pending, parts - 1, memory_order_relaxed);
  unsigned long number = (atomic_load_explicit(&turn, memory_order_relaxed) >> 16) + 1;
  atomic_store(&turn, number << 16 | (unsigned long)parts);
  if (atomic_load(&sleeping) > 0) {
    pthread_mutex_lock(&lock);
    pthread_cond_broadcast(&wake);
    pthread_mutex_unlock(&lock);
  }
  body(argument, 0);
  for (int i = 0; atomic_load_explicit(&pending, memory_order_acquire) > 0; i++) {
    if (i < SPINS) relax();
    else sched_yield();
  }
  pthread_mutex_unlock(&busy);
}
