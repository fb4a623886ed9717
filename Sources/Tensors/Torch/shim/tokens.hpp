// Tokens: residual connections, patches, what a student's input is put together of, rows by number.
#pragma once

#include "arrays.hpp"

#include <ATen/ops/addcmul.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/_softmax_backward_data.h>

namespace mvp {

/// keep * scale, [samples,1,columns] or what of it there is; undefined for neither.
inline Tensor branch_factor(Device *device, In scale, const float *keep, int64_t samples, int64_t columns) {
  Tensor factor;
  if (scale != nullptr) factor = read(scale, {1, 1, columns});
  if (keep != nullptr) {
    Tensor kept = upload(device, keep, {samples, 1, 1});
    factor = factor.defined() ? factor.mul(kept) : kept;
  }
  return factor;
}

inline void residual(Device *device, In x, In branch, In scale, const float *keep, int64_t samples, Array *y,
                     int64_t rows, int64_t columns) {
  attempt(device, [&] {
    Tensor from = read(x, {samples, rows / samples, columns}), part = read(branch, from.sizes());
    Tensor factor = branch_factor(device, scale, keep, samples, columns);
    put(y, factor.defined() ? at::addcmul(from, part, factor) : from.add(part));
  });
}

inline void residual_gradient(Device *device, In branch, In scale, const float *keep, int64_t samples, In dy,
                              Target dbranch, Target dscale, int64_t rows, int64_t columns) {
  attempt(device, [&] {
    Tensor upstream = read(dy, {samples, rows / samples, columns});
    Tensor factor = branch_factor(device, scale, keep, samples, columns);
    if (!factor.defined()) {
      store_copy(dbranch, upstream);
    } else if (dbranch.array != nullptr && !dbranch.accumulate) {
      Tensor own = change(dbranch.array, upstream.sizes());
      at::mul_out(own, upstream, factor);
    } else if (dbranch.array != nullptr) {
      store(dbranch, upstream.mul(factor));
    }
    if (dscale.array == nullptr) return;
    Tensor products = upstream.mul(read(branch, upstream.sizes()));
    if (keep != nullptr) products.mul_(upload(device, keep, {samples, 1, 1}));
    store(dscale, at::sum(products, {0, 1}));
  });
}

/// (x - mean) / deviation by channel, the channels being axis `axis` of five.
inline Tensor normalised(Device *device, const Tensor &x, const float *mean, const float *deviation, int64_t channels,
                         int64_t axis) {
  std::vector<int64_t> shape(x.dim(), 1);
  shape[axis] = channels;
  Tensor factor = upload(device, deviation, shape).reciprocal_();
  return x.sub(upload(device, mean, shape)).mul_(factor);
}

inline void patchify(Device *device, In pixels, Array *patches, mvp_torch_map s, int64_t patch, const float *mean,
                     const float *deviation) {
  attempt(device, [&] {
    int64_t down = s.height / patch, across = s.width / patch;
    Tensor planes = normalised(device, read(pixels, {s.batch, s.channels, s.height, s.width}), mean, deviation,
                               s.channels, 1);
    put_copy(patches, planes.view({s.batch, s.channels, down, patch, across, patch}).permute({0, 2, 4, 1, 3, 5}));
  });
}

/// Maps [B,H,W,C] as patches [B,down,across,C,p,p].
inline Tensor cut(const Tensor &map, mvp_torch_map s, int64_t patch) {
  return map.view({s.batch, s.height / patch, patch, s.width / patch, patch, s.channels}).permute({0, 1, 3, 5, 2, 4});
}

inline void map_patches(Device *device, In x, Array *patches, mvp_torch_map s, int64_t patch, const float *mean,
                        const float *deviation) {
  attempt(device, [&] {
    Tensor map = read(x, {s.batch, s.height, s.width, s.channels});
    put_copy(patches, cut(normalised(device, map, mean, deviation, s.channels, 3), s, patch));
  });
}

inline void map_patches_gradient(Device *device, In dpatches, Target dx, mvp_torch_map s, int64_t patch,
                                 const float *deviation) {
  attempt(device, [&] {
    int64_t down = s.height / patch, across = s.width / patch;
    Tensor upstream = read(dpatches, {s.batch, down, across, s.channels, patch, patch});
    Tensor map = upstream.permute({0, 1, 4, 2, 5, 3}).mul(
        upload(device, deviation, {1, 1, 1, 1, 1, s.channels}).reciprocal_());
    store_copy(dx, map);
  });
}

inline void assemble_tokens(Device *device, In patches, In cls, In mask_token, const bool *mask, In position,
                            Array *tokens, int64_t batch, int64_t patch_count, int64_t width) {
  attempt(device, [&] {
    Tensor own = change(tokens, {batch, 1 + patch_count, width});
    Tensor first = own.narrow(1, 0, 1), others = own.narrow(1, 1, patch_count);
    Tensor seen = read(patches, {batch, patch_count, width});
    if (mask != nullptr) {
      seen = at::where(upload(device, mask, {batch, patch_count, 1}), read(mask_token, {1, 1, width}), seen);
    }
    if (position == nullptr) {
      first.copy_(read(cls, {1, 1, width}));
      others.copy_(seen);
    } else {
      Tensor places = read(position, {1, 1 + patch_count, width});
      first.copy_(at::add(read(cls, {1, 1, width}), places.narrow(1, 0, 1)));
      at::add_out(others, seen, places.narrow(1, 1, patch_count));
    }
  });
}

inline void assemble_tokens_gradient(Device *device, In dtokens, const bool *mask, Target dpatches, Target dcls,
                                     Target dmask_token, Target dposition, int64_t batch, int64_t patch_count,
                                     int64_t width) {
  attempt(device, [&] {
    Tensor upstream = read(dtokens, {batch, 1 + patch_count, width});
    Tensor others = upstream.narrow(1, 1, patch_count);
    Tensor hidden = mask != nullptr ? upload(device, mask, {batch, patch_count, 1}) : Tensor();
    if (dposition.array != nullptr) store(dposition, at::sum(upstream, {0}));
    if (dcls.array != nullptr) store(dcls, at::sum(upstream.select(1, 0), {0}));
    if (dpatches.array != nullptr) {
      if (hidden.defined()) {
        store(dpatches, others.masked_fill(hidden, 0));
      } else {
        store_copy(dpatches, others);
      }
    }
    if (dmask_token.array == nullptr) return;
    if (hidden.defined()) {
      store(dmask_token, at::sum(others.masked_fill(hidden.logical_not(), 0), {0, 1}));
    } else if (!dmask_token.accumulate) {
      change(dmask_token.array, {width}).zero_();
    }
  });
}

inline void add_position(Device *device, In x, In position, Array *y, int64_t batch, int64_t count) {
  attempt(device, [&] { put(y, at::add(read(x, {batch, count}), read(position, {1, count}))); });
}

inline void mean_tokens(Device *device, In x, Array *y, int64_t batch, int64_t tokens, int64_t first, int64_t width) {
  attempt(device, [&] {
    put(y, read(x, {batch, tokens, width}).narrow(1, first, tokens - first).mean(at::OptionalIntArrayRef({1})));
  });
}

inline void mean_tokens_gradient(Device *device, In dy, Target dx, int64_t batch, int64_t tokens, int64_t first,
                                 int64_t width) {
  attempt(device, [&] {
    Tensor own = change(dx.array, {batch, tokens, width}), upstream = read(dy, {batch, 1, width});
    double share = 1.0 / static_cast<double>(tokens - first);
    if (dx.accumulate) {
      own.narrow(1, first, tokens - first).add_(upstream, share);
    } else {
      if (first > 0) own.narrow(1, 0, first).zero_();
      own.narrow(1, first, tokens - first).copy_(upstream.mul(share));
    }
  });
}

inline void patch_tokens(Device *device, In x, Array *y, int64_t batch, int64_t tokens, int64_t width) {
  attempt(device, [&] { put_copy(y, read(x, {batch, tokens, width}).narrow(1, 1, tokens - 1)); });
}

inline void patch_tokens_gradient(Device *device, In dy, Target dx, int64_t batch, int64_t tokens, int64_t width) {
  attempt(device, [&] {
    Tensor own = change(dx.array, {batch, tokens, width}), upstream = read(dy, {batch, tokens - 1, width});
    if (!dx.accumulate) own.narrow(1, 0, 1).zero_();
    Tensor others = own.narrow(1, 1, tokens - 1);
    dx.accumulate ? others.add_(upstream) : others.copy_(upstream);
  });
}

inline void gather_rows(Device *device, In x, const int32_t *rows, int64_t count, Array *y, int64_t width) {
  attempt(device, [&] {
    Tensor all = read(x, {x->count / width, width});
    put(y, at::index_select(all, 0, upload(device, rows, {count})));
  });
}

/// sums[rows[i]] += values[i], in the same order every time.
inline void add_rows(Device *device, Tensor sums, const Tensor &values, const int32_t *rows, int64_t count) {
  sums.index_add_(0, upload(device, rows, {count}), values);
}

inline void gather_rows_gradient(Device *device, In dy, const int32_t *rows, int64_t count, Target dx,
                                 int64_t source_rows, int64_t width) {
  attempt(device, [&] {
    Tensor own = change(dx.array, {source_rows, width});
    if (!dx.accumulate) own.zero_();
    add_rows(device, own, read(dy, {count, width}), rows, count);
  });
}

inline void look_up(Device *device, In table, const int32_t *index, int64_t count, Array *out, int64_t columns) {
  attempt(device, [&] {
    Tensor all = read(table, {table->count / columns, columns});
    put_copy(out, at::index_select(all, 0, upload(device, index, {count})).t());
  });
}

inline void look_up_gradient(Device *device, In dout, const int32_t *index, int64_t count, Target dtable,
                             int64_t columns) {
  attempt(device, [&] {
    Tensor own = change(dtable.array, {dtable.array->count / columns, columns});
    if (!dtable.accumulate) own.zero_();
    add_rows(device, own, read(dout, {columns, count}).t().contiguous(), index, count);
  });
}

inline bool row_argmax(Device *device, In x, int32_t *places, int64_t rows, int64_t columns) {
  bool is_done = false;
  attempt(device, [&] {
    double least = -std::numeric_limits<double>::infinity();
    // A nan is no largest value.
    Tensor values = at::nan_to_num(read(x, {rows, columns}), least, std::numeric_limits<double>::infinity(), least);
    Tensor found = at::argmax(values, 1).to(at::kInt);
    at::from_blob(places, {rows}, at::TensorOptions(at::kInt)).copy_(found);
    is_done = true;
  });
  return is_done;
}

inline void softmax_rows(Device *device, In x, In center, Array *y, int64_t rows, int64_t columns, float temperature) {
  attempt(device, [&] {
    Tensor logits = read(x, {rows, columns});
    if (center != nullptr) logits = logits.sub(read(center, {1, columns}));
    put(y, at::softmax(logits.mul(1 / temperature), 1));
  });
}

inline void softmax_rows_gradient(Device *device, In y, In dy, Array *dx, int64_t rows, int64_t columns,
                                  float temperature) {
  attempt(device, [&] {
    Tensor slope = at::_softmax_backward_data(read(dy, {rows, columns}), read(y, {rows, columns}), 1, at::kFloat);
    put(dx, slope.mul_(1 / temperature));
  });
}

inline void add_tokens(mvp_torch_table &table) {
  table.residual = residual;
  table.residual_gradient = residual_gradient;
  table.patchify = patchify;
  table.map_patches = map_patches;
  table.map_patches_gradient = map_patches_gradient;
  table.assemble_tokens = assemble_tokens;
  table.assemble_tokens_gradient = assemble_tokens_gradient;
  table.add_position = add_position;
  table.mean_tokens = mean_tokens;
  table.mean_tokens_gradient = mean_tokens_gradient;
  table.patch_tokens = patch_tokens;
  table.patch_tokens_gradient = patch_tokens_gradient;
  table.gather_rows = gather_rows;
  table.gather_rows_gradient = gather_rows_gradient;
  table.look_up = look_up;
  table.look_up_gradient = look_up_gradient;
  table.row_argmax = row_argmax;
  table.softmax_rows = softmax_rows;
  table.softmax_rows_gradient = softmax_rows_gradient;
}

}  // namespace mvp
