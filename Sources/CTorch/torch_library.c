#define _GNU_SOURCE
#include "torch_library.h"

#include <dlfcn.h>
#include <stdio.h>

const mvp_torch_table *mvp_torch_open(const char *path, char *reason, size_t capacity) {
  // Its own symbols first: this program's OpenBLAS has some of the same names as the products in libtorch.
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (library == NULL) {
    const char *why = dlerror();
    snprintf(reason, capacity, "%s", why != NULL ? why : "it cannot be opened");
    return NULL;
  }
  const mvp_torch_table *(*functions)(void) = NULL;
  *(void **)&functions = dlsym(library, "mvp_torch_functions");
  const mvp_torch_table *table = functions != NULL ? functions() : NULL;
  if (table == NULL || table->interface != MVP_TORCH_INTERFACE || table->size != sizeof(mvp_torch_table)) {
    // Left open: libtorch is not made to be closed.
    snprintf(reason, capacity, "it was built for another version of this program");
    return NULL;
  }
  return table;
}
