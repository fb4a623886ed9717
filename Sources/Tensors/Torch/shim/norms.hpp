// Norms of rows and of columns.
#pragma once

#include "device.hpp"

#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/native_batch_norm.h>
#include <ATen/ops/native_batch_norm_backward.h>
#include <ATen/ops/native_layer_norm.h>
#include <ATen/ops/native_layer_norm_backward.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/var_mean.h>

namespace mvp {

inline void layer_norm(Device *device, In x, In w, In b, Array *y, Array *mean, Array *rstd, int64_t rows,
                       int64_t columns, float epsilon) {
  attempt(device, [&] {
    auto found = at::native_layer_norm(read(x, {rows, columns}), {columns}, read(w, {columns}), read(b, {columns}),
                                       epsilon);
    put(y, std::get<0>(found));
    if (mean != nullptr) put(mean, std::get<1>(found));
    if (rstd != nullptr) put(rstd, std::get<2>(found));
  });
}

inline void layer_norm_gradient(Device *device, In x, In w, In dy, In mean, In rstd, Target dx, Target dw, Target db,
                                int64_t rows, int64_t columns) {
  attempt(device, [&] {
    Tensor scale = read(w, {columns});
    // Of the bias no more than the shape is asked.
    auto found = at::native_layer_norm_backward(
        read(dy, {rows, columns}).to(at::kFloat), read(x, {rows, columns}), {columns}, read(mean, {rows, 1}),
        read(rstd, {rows, 1}), scale, scale, {dx.array != nullptr, dw.array != nullptr, db.array != nullptr});
    if (dx.array != nullptr) store(dx, std::get<0>(found));
    if (dw.array != nullptr) store(dw, std::get<1>(found));
    if (db.array != nullptr) store(db, std::get<2>(found));
  });
}

inline void l2_normalize(Device *device, In x, Array *y, Array *inverse, int64_t rows, int64_t columns, float epsilon) {
  attempt(device, [&] {
    Tensor from = read(x, {rows, columns});
    Tensor factor = at::linalg_vector_norm(from, 2, {1}, true).clamp_min_(epsilon).reciprocal_();
    put(y, at::mul(from, factor));
    put(inverse, factor);
  });
}

inline void l2_normalize_gradient(Device *device, In y, In inverse, In dy, Target dx, int64_t rows, int64_t columns,
                                  float epsilon) {
  attempt(device, [&] {
    Tensor unit = read(y, {rows, columns}), factor = read(inverse, {rows, 1}), upstream = read(dy, {rows, columns});
    // Below epsilon the factor is a constant.
    Tensor along = at::sum(at::mul(unit, upstream), {1}, true).masked_fill_(factor.mul(epsilon).ge(1.0), 0);
    store(dx, upstream.sub(unit.mul(along)).mul_(factor));
  });
}

inline void column_moments(Device *device, In x, Array *mean, Array *variance, int64_t rows, int64_t columns) {
  attempt(device, [&] {
    auto found = at::var_mean(read(x, {rows, columns}), at::OptionalIntArrayRef({0}), at::Scalar(0));
    put(variance, std::get<0>(found));
    put(mean, std::get<1>(found));
  });
}

inline Tensor normed(const Tensor &x, mvp_torch_column_norm by, int64_t columns) {
  return std::get<0>(at::native_batch_norm(x, read(by.weight, {columns}), read(by.bias, {columns}),
                                           read(by.mean, {columns}), read(by.variance, {columns}), false, 0,
                                           by.epsilon));
}

inline void batch_norm(Device *device, In x, mvp_torch_column_norm by, Array *y, int64_t rows, int64_t columns) {
  attempt(device, [&] {
    Tensor result = normed(read(x, {rows, columns}), by, columns);
    if (by.rectified) result.relu_();
    put(y, result);
  });
}

inline void batch_norm_gradient(Device *device, In x, mvp_torch_column_norm by, bool is_of_batch, In dy, Target dx,
                                Target dw, Target db, int64_t rows, int64_t columns) {
  attempt(device, [&] {
    Tensor from = read(x, {rows, columns}), upstream = read(dy, {rows, columns});
    // None where the output was cut off.
    if (by.rectified) upstream = upstream.mul(normed(from, by, columns).gt(0));
    Tensor mean = read(by.mean, {columns}), variance = read(by.variance, {columns});
    auto found = at::native_batch_norm_backward(
        upstream, from, read(by.weight, {columns}), mean, variance, mean, at::rsqrt(variance.add(by.epsilon)),
        is_of_batch, by.epsilon, {dx.array != nullptr, true, true});
    if (dx.array != nullptr) store(dx, std::get<0>(found));
    store(dw, std::get<1>(found));
    store(db, std::get<2>(found));
  });
}

inline void add_norms(mvp_torch_table &table) {
  table.layer_norm = layer_norm;
  table.layer_norm_gradient = layer_norm_gradient;
  table.l2_normalize = l2_normalize;
  table.l2_normalize_gradient = l2_normalize_gradient;
  table.column_moments = column_moments;
  table.batch_norm = batch_norm;
  table.batch_norm_gradient = batch_norm_gradient;
}

}  // namespace mvp
