// Element by element: activations, gates, tanh.
#pragma once

#include "device.hpp"

#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/silu_backward.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/tanh_backward.h>

namespace mvp {

/// x sigmoid(1.702 x) is silu(1.702 x) / 1.702.
constexpr double quick = 1.702;

inline void activate(Device *device, In x, Array *y, int64_t count, mvp_torch_activation kind) {
  attempt(device, [&] {
    Tensor from = read(x, {count});
    switch (kind) {
      case MVP_TORCH_GELU: return put(y, at::gelu(from, "none"));
      case MVP_TORCH_TANH_GELU: return put(y, at::gelu(from, "tanh"));
      case MVP_TORCH_SILU: return put(y, at::silu(from));
      case MVP_TORCH_QUICK_GELU: return put(y, at::silu(at::mul(from, quick)).mul_(1 / quick));
      default: return put_copy(y, from);
    }
  });
}

inline void activation_gradient(Device *device, In x, In dy, Array *dx, int64_t count, mvp_torch_activation kind) {
  attempt(device, [&] {
    Tensor from = read(x, {count}), upstream = read(dy, {count}).to(from.scalar_type());
    switch (kind) {
      case MVP_TORCH_GELU: return put(dx, at::gelu_backward(upstream, from, "none"));
      case MVP_TORCH_TANH_GELU: return put(dx, at::gelu_backward(upstream, from, "tanh"));
      case MVP_TORCH_SILU: return put(dx, at::silu_backward(upstream, from));
      case MVP_TORCH_QUICK_GELU: return put(dx, at::silu_backward(upstream, at::mul(from, quick)));
      default: return put_copy(dx, upstream);
    }
  });
}

inline void gate(Device *device, In x, Array *y, int64_t rows, int64_t width) {
  attempt(device, [&] {
    Tensor both = read(x, {rows, 2, width});
    put(y, at::silu(both.select(1, 0)).mul_(both.select(1, 1)));
  });
}

inline void gate_gradient(Device *device, In x, In dy, Array *dx, int64_t rows, int64_t width) {
  attempt(device, [&] {
    Tensor both = read(x, {rows, 2, width}), upstream = read(dy, {rows, width});
    Tensor gates = both.select(1, 0), values = both.select(1, 1), own = change(dx, {rows, 2, width});
    own.select(1, 0).copy_(at::silu_backward(at::mul(upstream, values), gates));
    own.select(1, 1).copy_(at::silu(gates).mul_(upstream));
  });
}

inline void tangent(Device *device, In x, Array *y, int64_t count) {
  attempt(device, [&] { put(y, at::tanh(read(x, {count}))); });
}

inline void tangent_gradient(Device *device, In y, In dy, Target dx, int64_t count) {
  attempt(device, [&] { store(dx, at::tanh_backward(read(dy, {count}), read(y, {count}))); });
}

inline void add_elements(mvp_torch_table &table) {
  table.activate = activate;
  table.activation_gradient = activation_gradient;
  table.gate = gate;
  table.gate_gradient = gate_gradient;
  table.tangent = tangent;
  table.tangent_gradient = tangent_gradient;
}

}  // namespace mvp
