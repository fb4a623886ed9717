// What stands behind the handles of the interface, and how a call is made.
#pragma once

#include "torch_device.h"

#include <ATen/Context.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <atomic>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// What an attention keeps for its gradient, and by which kernels it was made.
enum class Kept { nothing, probabilities, flash, efficient, flash_on_cpu };

struct mvp_torch_device {
  at::Device place;
  std::string failure;
  bool failed = false, lost = false;
  /// Bytes of the arrays on a CPU, whose allocator does not count.
  std::atomic<int64_t> in_use{0}, peak{0};

  explicit mvp_torch_device(at::Device place) : place(place) {}

  at::TensorOptions options(at::ScalarType type) const { return at::TensorOptions(type).device(place); }

  void count(int64_t bytes) {
    int64_t now = in_use += bytes, most = peak;
    while (now > most && !peak.compare_exchange_weak(most, now)) {
    }
  }
};

/// A flat array. It has no memory until something is written to it: most results are taken over as ATen gives them.
struct mvp_torch_array {
  mvp_torch_device *device;
  int64_t count;
  at::ScalarType type;
  at::Tensor values;
  /// The same in bfloat16, kept until they change: a weight as its products read it.
  mutable at::Tensor narrow;
  Kept form = Kept::nothing;
  std::vector<at::Tensor> kept;

  void hold(at::Tensor tensor) {
    if (device->place.is_cpu()) {
      int64_t before = values.defined() ? static_cast<int64_t>(values.nbytes()) : 0;
      device->count((tensor.defined() ? static_cast<int64_t>(tensor.nbytes()) : 0) - before);
    }
    values = std::move(tensor);
    narrow.reset();
  }

  ~mvp_torch_array() { hold(at::Tensor()); }
};

namespace mvp {

using at::IntArrayRef;
using at::Tensor;
using Device = mvp_torch_device;
using Array = mvp_torch_array;
using In = mvp_torch_in;
using Target = mvp_torch_target;

/// Keeps what went wrong in one line, without the places in libtorch's sources.
void fail(Device *device, const std::exception &error);

/// Runs a call's body on the device; once it failed, nothing.
template <class Body>
void attempt(Device *device, Body body) noexcept {
  if (device->failed) return;
  try {
    c10::InferenceMode without_history;
    c10::OptionalDeviceGuard on_device(device->place.is_cpu() ? c10::optional<at::Device>() : device->place);
    body();
  } catch (const std::exception &error) {
    fail(device, error);
  } catch (...) {
    fail(device, std::runtime_error("an error without words"));
  }
}

inline int64_t elements(IntArrayRef shape) {
  int64_t count = 1;
  for (int64_t side : shape) count *= side;
  return count;
}

/// The first elements of an array in a shape.
inline Tensor shaped(const Tensor &flat, IntArrayRef shape) {
  int64_t count = elements(shape);
  return (count == flat.numel() ? flat : flat.narrow(0, 0, count)).view(shape);
}

inline Tensor read(In array, IntArrayRef shape) {
  if (!array->values.defined()) throw std::logic_error("an array was read before anything was written to it");
  return shaped(array->values, shape);
}

/// The array's own memory, to be changed in place.
inline Tensor change(Array *array, IntArrayRef shape) {
  if (!array->values.defined()) array->hold(at::empty({array->count}, array->device->options(array->type)));
  array->narrow.reset();
  return shaped(array->values, shape);
}

/// A float32 array in the number format of a product that it is the weight of.
inline Tensor weight(In array, at::ScalarType type, IntArrayRef shape) {
  Tensor values = read(array, shape);
  if (values.scalar_type() == type) return values;
  if (type != at::kBFloat16) return values.to(type);
  if (!array->narrow.defined()) array->narrow = array->values.to(type);
  return shaped(array->narrow, shape);
}

/// Takes over a result that shares its memory with nothing else.
inline void put(Array *array, const Tensor &fresh) {
  if (fresh.numel() != array->count) {
    change(array, fresh.sizes()).copy_(fresh);
    return;
  }
  Tensor values = fresh.scalar_type() == array->type ? fresh.contiguous() : fresh.to(array->type).contiguous();
  array->hold(values.view({array->count}));
}

/// Copies a result that is a view of something else.
inline void put_copy(Array *array, const Tensor &view) { change(array, view.sizes()).copy_(view); }

/// A fresh result to where it goes.
inline void store(Target target, const Tensor &fresh) {
  if (target.array == nullptr) return;
  if (target.accumulate) {
    change(target.array, fresh.sizes()).add_(fresh);
  } else {
    put(target.array, fresh);
  }
}

/// A view of something else to where it goes.
inline void store_copy(Target target, const Tensor &view) {
  if (target.array == nullptr) return;
  Tensor own = change(target.array, view.sizes());
  if (target.accumulate) {
    own.add_(view);
  } else {
    own.copy_(view);
  }
}

inline at::ScalarType type_of(bool is_bfloat16) { return is_bfloat16 ? at::kBFloat16 : at::kFloat; }

/// Values of the host on the device. A GPU fetches them from memory that is locked for it, while the host goes on.
Tensor upload(Device *device, const void *values, at::ScalarType type, IntArrayRef shape);

inline Tensor upload(Device *device, const float *values, IntArrayRef shape) {
  return upload(device, values, at::kFloat, shape);
}
inline Tensor upload(Device *device, const int32_t *values, IntArrayRef shape) {
  return upload(device, values, at::kInt, shape);
}
inline Tensor upload(Device *device, const bool *values, IntArrayRef shape) {
  return upload(device, values, at::kBool, shape);
}

}  // namespace mvp
