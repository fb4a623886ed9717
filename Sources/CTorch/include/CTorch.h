#ifndef MVP_CTORCH_H
#define MVP_CTORCH_H

#include "torch_device.h"
#include "torch_library.h"

#endif
