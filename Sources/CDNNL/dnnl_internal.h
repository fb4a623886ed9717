#ifndef MVP_DNNL_INTERNAL_H
#define MVP_DNNL_INTERNAL_H

#include <oneapi/dnnl/dnnl.h>

#if DNNL_VERSION_MAJOR != 2
#error "this needs oneDNN 2 (Debian's libdnnl-dev); build with --disable-default-traits to do without oneDNN"
#endif

#include "include/CDNNL.h"

// Threads that can have a number, e.g. for what is kept for each of them.
enum { MVP_DNNL_NUMBERS = 32 };

// What each calling thread has of its own.
typedef struct {
  int number;  // below MVP_DNNL_NUMBERS, and no other living thread's; or -1 where all are taken
  dnnl_stream_t stream;
  void *scratch;
  size_t scratch_bytes;
} mvp_dnnl_thread_state;

dnnl_engine_t mvp_dnnl_engine(void);
// The calling thread's state; holds oneDNN to this one thread when first asked.
mvp_dnnl_thread_state *mvp_dnnl_thread(void);
// At least `bytes` of 4096-byte aligned memory, good until the thread's next call.
void *mvp_dnnl_scratch(mvp_dnnl_thread_state *thread, size_t bytes);

bool mvp_dnnl_describe_packed(dnnl_memory_desc_t *description, long k, long n, bool bf16);

#endif
