// Maps of pixels: resized and pooled by products with matrices that say which line goes into which, whose gradients add
// up in a fixed order.
#pragma once

#include "arrays.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/mul.h>

namespace mvp {

/// [target, source]: what each pixel of the resized line has of each of the line; undefined where they are the same.
inline Tensor line_matrix(Device *device, mvp_torch_line line) {
  if (line.source == line.target) return Tensor();
  Tensor lower = upload(device, line.lower, {line.target, 1}), upper = upload(device, line.upper, {line.target, 1});
  Tensor fraction = upload(device, line.fraction, {line.target, 1});
  Tensor places = at::arange(line.source, device->options(at::kInt));
  return places.eq(lower).mul(fraction.neg().add_(1)).add_(places.eq(upper).mul(fraction));
}

/// [B,H,W,C] of x[B,h,w,C] by rows[H,h] and columns[W,w]; undefined ones leave their axis as it is.
inline Tensor by_lines(const Tensor &x, const Tensor &rows, const Tensor &columns) {
  int64_t batch = x.size(0), channels = x.size(3);
  Tensor map = x;
  if (rows.defined()) {
    Tensor lines = map.reshape({batch, x.size(1), x.size(2) * channels});
    map = at::bmm(rows.expand({batch, rows.size(0), rows.size(1)}), lines)
              .view({batch, rows.size(0), x.size(2), channels});
  }
  if (columns.defined()) {
    int64_t lines = batch * map.size(1);
    Tensor pixels = map.reshape({lines, x.size(2), channels});
    map = at::bmm(columns.expand({lines, columns.size(0), columns.size(1)}), pixels)
              .view({batch, map.size(1), columns.size(0), channels});
  }
  return map;
}

inline Tensor turned(const Tensor &matrix) { return matrix.defined() ? matrix.t() : matrix; }

/// What comes of x, which may be x itself, to where it goes.
inline void store_map(Target target, const Tensor &map, bool is_view) {
  if (is_view) {
    store_copy(target, map);
  } else {
    store(target, map);
  }
}

inline void resize_map(Device *device, In x, Target y, int64_t offset, int64_t width, mvp_torch_resize s) {
  attempt(device, [&] {
    Tensor rows = line_matrix(device, s.rows), columns = line_matrix(device, s.columns);
    Tensor map = by_lines(read(x, {s.batch, s.rows.source, s.columns.source, s.channels}), rows, columns);
    Tensor own = change(y.array, {s.batch, s.rows.target, s.columns.target, width}).narrow(3, offset, s.channels);
    y.accumulate ? own.add_(map) : own.copy_(map);
  });
}

inline void resize_map_gradient(Device *device, In dy, int64_t offset, int64_t width, Target dx, mvp_torch_resize s) {
  attempt(device, [&] {
    Tensor rows = line_matrix(device, s.rows), columns = line_matrix(device, s.columns);
    Tensor upstream = read(dy, {s.batch, s.rows.target, s.columns.target, width}).narrow(3, offset, s.channels);
    store_map(dx, by_lines(upstream, turned(rows), turned(columns)), !rows.defined() && !columns.defined());
  });
}

inline void spread_pixels(Device *device, In x, Array *y, mvp_torch_map s) {
  attempt(device, [&] {
    put_copy(y, read(x, {s.batch, s.height, s.width, 2, 2, s.channels}).permute({0, 1, 3, 2, 4, 5}));
  });
}

inline void fold_pixels(Device *device, In dy, Target dx, mvp_torch_map s) {
  attempt(device, [&] {
    store_copy(dx, read(dy, {s.batch, s.height, 2, s.width, 2, s.channels}).permute({0, 1, 3, 2, 4, 5}));
  });
}

/// Pixel (down, across) of every 2x2 window of maps; an odd line at the end is in none.
inline Tensor of_windows(const Tensor &maps, mvp_torch_map s, int64_t down, int64_t across) {
  return maps.narrow(1, 0, s.height / 2 * 2)
      .narrow(2, 0, s.width / 2 * 2)
      .slice(1, down, s.height / 2 * 2, 2)
      .slice(2, across, s.width / 2 * 2, 2);
}

inline Tensor largest(const Tensor &map, mvp_torch_map s) {
  return at::maximum(at::maximum(of_windows(map, s, 0, 0), of_windows(map, s, 0, 1)),
                     at::maximum(of_windows(map, s, 1, 0), of_windows(map, s, 1, 1)));
}

inline void max_pool(Device *device, In x, Array *y, mvp_torch_map s) {
  attempt(device, [&] { put(y, largest(read(x, {s.batch, s.height, s.width, s.channels}), s)); });
}

/// To the first of the largest ones.
inline void max_pool_gradient(Device *device, In x, In dy, Target dx, mvp_torch_map s) {
  attempt(device, [&] {
    Tensor map = read(x, {s.batch, s.height, s.width, s.channels}), own = change(dx.array, map.sizes());
    if (!dx.accumulate) own.zero_();
    Tensor top = largest(map, s), left = read(dy, top.sizes()).clone();
    for (int64_t place = 0; place < 4; place++) {
      Tensor here = of_windows(map, s, place / 2, place % 2).eq(top);
      of_windows(own, s, place / 2, place % 2).add_(left.mul(here));
      left.masked_fill_(here, 0);
    }
  });
}

inline void average_pool(Device *device, In x, const float *rows, const float *columns, int64_t size, Array *y,
                         mvp_torch_map s) {
  attempt(device, [&] {
    put(y, by_lines(read(x, {s.batch, s.height, s.width, s.channels}), upload(device, rows, {size, s.height}),
                    upload(device, columns, {size, s.width})));
  });
}

inline void average_pool_gradient(Device *device, In dy, const float *rows, const float *columns, int64_t size,
                                  Target dx, mvp_torch_map s) {
  attempt(device, [&] {
    store(dx, by_lines(read(dy, {s.batch, size, size, s.channels}), upload(device, rows, {size, s.height}).t(),
                       upload(device, columns, {size, s.width}).t()));
  });
}

inline void scale_channels(Device *device, In x, const float *factors, Target y, int64_t batch, int64_t rows,
                           int64_t channels) {
  attempt(device, [&] {
    store(y, at::mul(read(x, {batch, rows, channels}), upload(device, factors, {batch, 1, channels})));
  });
}

inline void add_maps(mvp_torch_table &table) {
  table.resize_map = resize_map;
  table.resize_map_gradient = resize_map_gradient;
  table.spread_pixels = spread_pixels;
  table.fold_pixels = fold_pixels;
  table.max_pool = max_pool;
  table.max_pool_gradient = max_pool_gradient;
  table.average_pool = average_pool;
  table.average_pool_gradient = average_pool_gradient;
  table.scale_channels = scale_channels;
}

}  // namespace mvp
