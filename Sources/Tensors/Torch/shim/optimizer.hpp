// One update of all parameters of a group.
#pragma once

#include "device.hpp"

#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/full.h>

namespace mvp {

inline void adamw(Device *device, const mvp_torch_update *updates, int64_t count, mvp_torch_adamw by) {
  attempt(device, [&] {
    if (count == 0) return;
    std::vector<Tensor> weights, gradients, first, second;
    for (int64_t i = 0; i < count; i++) {
      int64_t each = updates[i].weight->count;
      weights.push_back(change(updates[i].weight, {each}));
      gradients.push_back(read(updates[i].gradient, {each}));
      first.push_back(change(updates[i].first, {each}));
      second.push_back(change(updates[i].second, {each}));
    }
    std::vector<Tensor> steps(weights.size(), at::full({}, static_cast<double>(by.step), device->options(at::kFloat)));
    at::_fused_adamw_(weights, gradients, first, second, {}, steps, by.rate, by.beta1, by.beta2, by.decay, by.epsilon,
                      false, false);
  });
}

inline void add_optimizer(mvp_torch_table &table) { table.adamw = adamw; }

}  // namespace mvp
