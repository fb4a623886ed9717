// Products of matrices, summed in float32, and what is made of them.
#pragma once

#include "device.hpp"

#include <ATen/ops/add.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/sum.h>

namespace mvp {

/// out[m,n] (+)= a[m,k] b[k,n], a and b of one number format. bfloat16 into float32 is what a GPU's products do; on a
/// CPU libtorch has them of widened values alone.
inline void multiply(Tensor out, const Tensor &a, const Tensor &b, bool accumulate) {
  if (a.scalar_type() == out.scalar_type()) {
    accumulate ? at::addmm_out(out, out, a, b) : at::mm_out(out, a, b);
  } else if (out.scalar_type() != at::kFloat) {
    Tensor product = at::mm(a, b);
    accumulate ? out.add_(product) : out.copy_(product);
  } else if (out.is_cpu()) {
    multiply(out, a.to(at::kFloat), b.to(at::kFloat), accumulate);
  } else {
    accumulate ? at::addmm_out(out, out, a, b, at::kFloat) : at::mm_out(out, a, b, at::kFloat);
  }
}

/// target[m,n] (+)= a b
inline void multiply(Target target, const Tensor &a, const Tensor &b) {
  if (target.array == nullptr) return;
  if (!target.accumulate && target.array->type == a.scalar_type()) {
    put(target.array, at::mm(a, b));
  } else {
    multiply(change(target.array, {a.size(0), b.size(1)}), a, b, target.accumulate);
  }
}

inline void linear(Device *device, In x, In w, In bias, In added, Array *y, int64_t rows, int64_t inputs,
                   int64_t outputs) {
  attempt(device, [&] {
    Tensor input = read(x, {rows, inputs});
    at::ScalarType type = input.scalar_type();
    Tensor right = weight(w, type, {outputs, inputs}).t();
    if (added != nullptr) {
      Tensor before = read(added, {rows, outputs});
      Tensor sums = bias != nullptr ? at::add(before, read(bias, {outputs})) : before.clone();
      multiply(sums, input, right, true);
      put(y, sums);
    } else if (type == at::kBFloat16 && y->type == at::kFloat) {
      Tensor sums = change(y, {rows, outputs});
      if (bias != nullptr) sums.copy_(read(bias, {1, outputs}).expand({rows, outputs}));
      multiply(sums, input, right, bias != nullptr);
    } else if (bias != nullptr) {
      put(y, at::addmm(weight(bias, type, {outputs}), input, right));
    } else {
      put(y, at::mm(input, right));
    }
  });
}

inline void input_gradient(Device *device, In dy, In w, bool is_bfloat16, Target dx, int64_t rows, int64_t inputs,
                           int64_t outputs) {
  attempt(device, [&] {
    at::ScalarType type = type_of(is_bfloat16);
    multiply(dx, read(dy, {rows, outputs}).to(type), weight(w, type, {outputs, inputs}));
  });
}

inline void weight_gradient(Device *device, In dy, In x, bool is_bfloat16, Target dw, int64_t rows, int64_t inputs,
                            int64_t outputs) {
  attempt(device, [&] {
    at::ScalarType type = type_of(is_bfloat16);
    multiply(dw, read(dy, {rows, outputs}).to(type).t(), read(x, {rows, inputs}).to(type));
  });
}

inline void column_sums(Device *device, In x, Target out, int64_t rows, int64_t columns) {
  attempt(device, [&] { store(out, at::sum(read(x, {rows, columns}), {0}, false, at::kFloat)); });
}

// Maps are [B,H,W,C] in memory, which ATen knows as channels_last.

inline Tensor as_planes(const Tensor &map) { return map.permute({0, 3, 1, 2}); }
inline Tensor as_map(const Tensor &planes) { return planes.permute({0, 2, 3, 1}); }

inline void convolution(Device *device, In x, In w, Array *y, mvp_torch_map shape, int64_t outputs) {
  attempt(device, [&] {
    Tensor map = read(x, {shape.batch, shape.height, shape.width, shape.channels});
    Tensor window = weight(w, map.scalar_type(), {outputs, 3, 3, shape.channels});
    put(y, as_map(at::convolution(as_planes(map), as_planes(window), {}, {1, 1}, {1, 1}, {1, 1}, false, {0, 0}, 1)));
  });
}

/// dw[O,9I] of bfloat16 maps, summed in float32: one product for each place of the window.
inline void window_gradient(const Tensor &dy, const Tensor &x, Target dw, mvp_torch_map shape, int64_t outputs) {
  int64_t pixels = shape.batch * shape.height * shape.width, inputs = shape.channels;
  Tensor left = dy.reshape({pixels, outputs}).t();
  Tensor padded = at::constant_pad_nd(x, {0, 0, 1, 1, 1, 1});
  Tensor all = change(dw.array, {outputs, 9, inputs});
  for (int64_t place = 0; place < 9; place++) {
    Tensor seen = padded.narrow(1, place / 3, shape.height).narrow(2, place % 3, shape.width);
    multiply(all.select(1, place), left, seen.reshape({pixels, inputs}), dw.accumulate);
  }
}

inline void convolution_gradient(Device *device, In dy, In x, In w, bool is_bfloat16, Target dx, Target dw,
                                 mvp_torch_map shape, int64_t outputs) {
  attempt(device, [&] {
    at::ScalarType type = type_of(is_bfloat16);
    Tensor upstream = read(dy, {shape.batch, shape.height, shape.width, outputs}).to(type);
    Tensor map = read(x, {shape.batch, shape.height, shape.width, shape.channels}).to(type);
    Tensor window = weight(w, type, {outputs, 3, 3, shape.channels});
    bool sums_apart = is_bfloat16 && dw.array != nullptr;
    auto found = at::convolution_backward(
        as_planes(upstream), as_planes(map), as_planes(window), at::OptionalIntArrayRef(), {1, 1}, {1, 1}, {1, 1},
        false, {0, 0}, 1, {dx.array != nullptr, dw.array != nullptr && !sums_apart, false});
    if (dx.array != nullptr) store(dx, as_map(std::get<0>(found)));
    if (sums_apart) {
      window_gradient(upstream, map, dw, shape, outputs);
    } else if (dw.array != nullptr) {
      store(dw, as_map(std::get<1>(found)));
    }
  });
}

inline void add_products(mvp_torch_table &table) {
  table.linear = linear;
  table.input_gradient = input_gradient;
  table.weight_gradient = weight_gradient;
  table.column_sums = column_sums;
  table.convolution = convolution;
  table.convolution_gradient = convolution_gradient;
}

}  // namespace mvp
