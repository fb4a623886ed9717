#ifndef MVP_TORCH_LIBRARY_H
#define MVP_TORCH_LIBRARY_H

#include <stddef.h>

#include "torch_device.h"

/// Opens the library of a path. Returns its functions, or NULL with the reason in `reason`: what the loader says, or
/// that its interface is another one.
const mvp_torch_table *mvp_torch_open(const char *path, char *reason, size_t capacity);

#endif
