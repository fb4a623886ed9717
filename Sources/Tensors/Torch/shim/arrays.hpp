// Memory: to and from the host, and sums of what lies in it.
#pragma once

#include "device.hpp"

#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/add.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/stack.h>

namespace mvp {

inline Tensor upload(Device *device, const void *values, at::ScalarType type, IntArrayRef shape) {
  // Reads only.
  Tensor given = at::from_blob(const_cast<void *>(values), shape, at::TensorOptions(type));
  if (device->place.is_cpu()) return given.clone();
  // libtorch copies on several cores what is large.
  Tensor locked = at::empty(shape, at::TensorOptions(type).pinned_memory(true));
  locked.copy_(given);
  return locked.to(device->place, /*non_blocking=*/true);
}

inline Array *allocate(Device *device, int64_t count, bool is_bfloat16) {
  return new (std::nothrow) Array{device, count, type_of(is_bfloat16), {}, {}, Kept::nothing, {}};
}

inline void release(Array *array) { delete array; }

/// What is written to a new array after a failure stays with the host, where it can be read: a state that is saved then
/// has numbers of its own beside the tensors.
inline void keep_on_host(const float *values, int64_t count, Array *array) noexcept {
  if (array->values.defined()) return;
  try {
    c10::InferenceMode without_history;
    array->hold(at::from_blob(const_cast<float *>(values), {count}, at::TensorOptions(at::kFloat)).clone());
  } catch (...) {
  }
}

inline void write(Device *device, const float *values, int64_t count, Array *array) {
  if (device->failed) return keep_on_host(values, count, array);
  attempt(device, [&] {
    // Memory that others hold views of stays where it is.
    if (array->values.defined()) {
      change(array, {count}).copy_(upload(device, values, {count}));
    } else {
      put(array, upload(device, values, {count}));
    }
  });
}

inline bool read_values(Device *device, In array, float *values, int64_t count) {
  if (!array->values.defined() || (device->lost && !array->values.is_cpu())) return false;
  try {
    c10::InferenceMode without_history;
    at::from_blob(values, {count}, at::TensorOptions(at::kFloat)).copy_(read(array, {count}));
    return true;
  } catch (const std::exception &error) {
    fail(device, error);
    device->lost = true;
    return false;
  }
}

inline void fill(Device *device, Array *array, float value) {
  attempt(device, [&] { change(array, {array->count}).fill_(value); });
}

inline void copy(Device *device, In x, int64_t from, Array *y, int64_t at, int64_t count) {
  attempt(device, [&] {
    change(y, {y->count}).narrow(0, at, count).copy_(read(x, {x->count}).narrow(0, from, count));
  });
}

inline void axpby(Device *device, In x, int64_t from, float scale, Array *y, float keep, int64_t count) {
  attempt(device, [&] {
    Tensor source = read(x, {x->count}).narrow(0, from, count), own = change(y, {count});
    if (keep == 0) {
      at::mul_out(own, source, at::scalar_tensor(scale));
    } else if (keep == 1) {
      own.add_(source, scale);
    } else {
      own.mul_(keep).add_(source, scale);
    }
  });
}

inline void add_times(Device *device, In x, In factor, Array *y, float keep, int64_t count) {
  attempt(device, [&] {
    Tensor source = read(x, {count}), by = read(factor, {1}), own = change(y, {count});
    if (keep == 0) {
      at::mul_out(own, source, by);
    } else {
      if (keep != 1) own.mul_(keep);
      own.addcmul_(source, by);
    }
  });
}

inline void scale_all(Device *device, Array *const *arrays, int64_t count, float factor) {
  attempt(device, [&] {
    std::vector<Tensor> all;
    for (int64_t i = 0; i < count; i++) all.push_back(change(arrays[i], {arrays[i]->count}));
    at::_foreach_mul_(all, factor);
  });
}

/// A number that the host waits for; not a number where the device failed.
template <class Body>
double number(Device *device, Body body) {
  double found = std::numeric_limits<double>::quiet_NaN();
  attempt(device, [&] {
    Tensor result = body();
    found = result.template item<double>();
  });
  return found;
}

inline double dot(Device *device, In x, In y, int64_t count) {
  return number(device, [&] { return at::dot(read(x, {count}).to(at::kDouble), read(y, {count}).to(at::kDouble)); });
}

inline double sum_of_squares(Device *device, const In *arrays, int64_t count) {
  if (count == 0) return 0;
  return number(device, [&] {
    std::vector<Tensor> all;
    for (int64_t i = 0; i < count; i++) all.push_back(read(arrays[i], {arrays[i]->count}));
    return at::stack(at::_foreach_norm(all, 2, at::kDouble)).square().sum();
  });
}

inline void add_arrays(mvp_torch_table &table) {
  table.allocate = allocate;
  table.release = release;
  table.write = write;
  table.read = read_values;
  table.fill = fill;
  table.copy = copy;
  table.axpby = axpby;
  table.add_times = add_times;
  table.scale_all = scale_all;
  table.dot = dot;
  table.sum_of_squares = sum_of_squares;
}

}  // namespace mvp
