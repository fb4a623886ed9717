// Losses: their sums, which the host reads, and their gradients, which it does not.
#pragma once

#include "maps.hpp"

#include <ATen/ops/addcmul.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/smooth_l1_loss.h>
#include <ATen/ops/smooth_l1_loss_backward.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

namespace mvp {

inline Tensor row_products(const Tensor &a, const Tensor &b) { return at::sum(at::mul(a, b), {1}, true); }

inline void row_cosines(Device *device, In a, In b, Array *cosine, Array *norm_a, Array *norm_b, int64_t rows,
                        int64_t columns) {
  attempt(device, [&] {
    Tensor p = read(a, {rows, columns}), t = read(b, {rows, columns});
    Tensor np = at::linalg_vector_norm(p, 2, {1}, true).clamp_min_(1e-8);
    Tensor nt = at::linalg_vector_norm(t, 2, {1}, true).clamp_min_(1e-8);
    put(cosine, row_products(p, t).div_(np.mul(nt)));
    put(norm_a, np);
    put(norm_b, nt);
  });
}

/// scale * upstream * weights, [rows,1] or [1,1]
inline Tensor row_factors(Device *device, const float *weights, In upstream, float scale, int64_t rows) {
  Tensor factor = read(upstream, {1, 1}).mul(scale);
  return weights != nullptr ? upload(device, weights, {rows, 1}).mul_(factor) : factor;
}

inline void cosine_gradient(Device *device, In a, In b, In cosine, In norm_a, In norm_b, const float *weights,
                            In upstream, float scale, Target da, int64_t rows, int64_t columns) {
  attempt(device, [&] {
    Tensor p = read(a, {rows, columns}), t = read(b, {rows, columns}), np = read(norm_a, {rows, 1});
    Tensor factor = row_factors(device, weights, upstream, scale, rows);
    // Held at the floor, the slope of the norm is still that of the true one, as torch has it.
    Tensor norm = at::where(np.le(1e-8f), at::linalg_vector_norm(p, 2, {1}, true), np);
    Tensor along_target = factor.div(np.mul(read(norm_b, {rows, 1})));
    Tensor along_self = factor.mul(read(cosine, {rows, 1})).div_(np.mul(norm)).masked_fill_(norm.le(0), 0);
    store(da, at::addcmul(t.mul(along_target), p, along_self, -1));
  });
}

inline double regression(Device *device, float beta, In p, In t, const float *weights, int64_t rows, int64_t columns) {
  return number(device, [&] {
    Tensor x = read(p, {rows, columns}), y = read(t, {rows, columns});
    Tensor each = beta < 0 ? x.sub(y).square_() : at::smooth_l1_loss(x, y, at::Reduction::None, beta);
    Tensor means = each.mean(at::OptionalIntArrayRef({1}), true);
    if (weights != nullptr) means.mul_(upload(device, weights, {rows, 1}));
    return at::sum(means, at::kDouble);
  });
}

inline void regression_gradient(Device *device, float beta, In p, In t, const float *weights, In upstream, float scale,
                                Target dp, int64_t rows, int64_t columns) {
  attempt(device, [&] {
    Tensor difference = read(p, {rows, columns}).sub(read(t, {rows, columns}));
    Tensor slope = beta < 0   ? difference.mul_(2)
                   : beta > 0 ? difference.div_(beta).clamp_(-1, 1)
                              : at::sign(difference);
    store(dp, slope.mul_(row_factors(device, weights, upstream, scale / static_cast<float>(columns), rows)));
  });
}

/// [R,C]: 1 at the label of each row, else 0.
inline Tensor at_labels(Device *device, const Tensor &labels, int64_t classes) {
  return at::arange(classes, device->options(at::kInt)).eq(labels).to(at::kFloat);
}

inline double cross_entropy(Device *device, In x, const int32_t *labels, In targets, float smoothing, float temperature,
                            Array *dx, float scale, int64_t rows, int64_t columns) {
  return number(device, [&] {
    double inverse = 1.0 / temperature;
    Tensor logits = read(x, {rows, columns});
    Tensor logs = at::log_softmax(temperature == 1 ? logits : logits.mul(inverse), 1);
    if (targets != nullptr) {
      Tensor wanted = read(targets, {rows, columns});
      if (dx != nullptr) {
        put(dx, logs.exp().mul_(at::sum(wanted, {1}, true)).sub_(wanted).mul_(scale * inverse));
      }
      return at::sum(row_products(logs, wanted), at::kDouble).neg_();
    }
    Tensor numbers = upload(device, labels, {rows, 1});
    double spread = smoothing / static_cast<double>(columns);
    if (dx != nullptr) {
      Tensor slope = logs.exp().sub_(at_labels(device, numbers, columns), 1 - smoothing);
      if (smoothing > 0) slope.sub_(spread);
      put(dx, slope.mul_(scale * inverse));
    }
    Tensor loss = logs.gather(1, numbers.to(at::kLong)).mul_(1 - smoothing);
    if (smoothing > 0) loss.add_(at::sum(logs, {1}, true), spread);
    return at::sum(loss, at::kDouble).neg_();
  });
}

inline double softmax_entropy(Device *device, In x, Array *dx, float scale, int64_t rows, int64_t columns) {
  return number(device, [&] {
    Tensor logs = at::log_softmax(read(x, {rows, columns}), 1);
    Tensor shares = logs.exp(), entropy = row_products(shares, logs).neg_();
    if (dx != nullptr) put(dx, logs.add_(entropy).mul_(shares).mul_(-scale));
    return at::sum(entropy, at::kDouble);
  });
}

/// Values of resized logits that are in memory at a time.
constexpr int64_t resized_values = int64_t(1) << 25;

inline double resized_cross_entropy(Device *device, In x, const int32_t *labels, int32_t ignored, float scale,
                                    Array *dx, mvp_torch_resize s) {
  return number(device, [&] {
    Tensor rows = line_matrix(device, s.rows), columns = line_matrix(device, s.columns);
    Tensor maps = read(x, {s.batch, s.rows.source, s.columns.source, s.channels});
    int64_t pixels = s.rows.target * s.columns.target;
    Tensor all = upload(device, labels, {s.batch * pixels, 1});
    Tensor total = at::zeros({}, device->options(at::kDouble));
    int64_t most = std::max<int64_t>(1, resized_values / (pixels * s.channels));
    for (int64_t first = 0; first < s.batch; first += most) {
      int64_t count = std::min(most, s.batch - first);
      Tensor numbers = all.narrow(0, first * pixels, count * pixels), skipped = numbers.eq(ignored);
      Tensor known = numbers.masked_fill(skipped, 0);
      Tensor large = by_lines(maps.narrow(0, first, count), rows, columns).reshape({count * pixels, s.channels});
      Tensor logs = at::log_softmax(large, 1);
      total.sub_(at::sum(logs.gather(1, known.to(at::kLong)).masked_fill_(skipped, 0), at::kDouble));
      if (dx == nullptr) continue;
      Tensor slope = logs.exp_().sub_(at_labels(device, known, s.channels), 1).masked_fill_(skipped, 0).mul_(scale);
      change(dx, maps.sizes())
          .narrow(0, first, count)
          .copy_(by_lines(slope.view({count, s.rows.target, s.columns.target, s.channels}), turned(rows),
                          turned(columns)));
    }
    return total.mul_(static_cast<double>(scale));
  });
}

inline void add_losses(mvp_torch_table &table) {
  table.row_cosines = row_cosines;
  table.cosine_gradient = cosine_gradient;
  table.regression = regression;
  table.regression_gradient = regression_gradient;
  table.cross_entropy = cross_entropy;
  table.softmax_entropy = softmax_entropy;
  table.resized_cross_entropy = resized_cross_entropy;
}

}  // namespace mvp
