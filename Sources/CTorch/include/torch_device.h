// The library's sources lie beside the resources of the program, where the command that builds it finds them.
#include "../../Tensors/Torch/shim/torch_device.h"
