// Attention: by libtorch's fused kernels where nothing is added to the scores, else by its products and softmax.
#pragma once

#include "products.hpp"

#include <ATen/ops/_fused_sdp_choice.h>
#include <ATen/ops/_scaled_dot_product_efficient_attention.h>
#include <ATen/ops/_scaled_dot_product_efficient_attention_backward.h>
#include <ATen/ops/_scaled_dot_product_flash_attention.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_backward.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu_backward.h>
#include <ATen/ops/_softmax_backward_data.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/softmax.h>
#include <ATen/native/transformers/sdp_utils_cpp.h>

#include <cmath>
#include <memory>

namespace mvp {

/// Queries, keys and values as [B,H,N,d] views of qkv [B,N,3,H,d].
struct Heads {
  Tensor q, k, v;

  explicit Heads(const Tensor &qkv) {
    Tensor parts = qkv.permute({2, 0, 3, 1, 4});
    q = parts.select(0, 0);
    k = parts.select(0, 1);
    v = parts.select(0, 2);
  }
};

inline std::vector<int64_t> qkv_shape(mvp_torch_attention s) { return {s.batch, s.tokens, 3, s.heads, s.head_width}; }
inline double scale_of(mvp_torch_attention s) { return 1 / std::sqrt(static_cast<double>(s.head_width)); }

/// out [B,N,H,d] of [B,H,N,d], as a float32 or bfloat16 result.
inline void put_heads(Array *out, const Tensor &heads) { put(out, heads.transpose(1, 2)); }

inline std::vector<int64_t> out_shape(mvp_torch_attention s) { return {s.batch, s.tokens, s.heads, s.head_width}; }

/// a b for [B,H,m,k] and [B,H,k,n], summed and kept in float32.
inline Tensor wide_matmul(const Tensor &a, const Tensor &b) {
  if (a.scalar_type() == at::kFloat || a.is_cpu()) return at::matmul(a.to(at::kFloat), b.to(at::kFloat));
  int64_t batch = a.size(0) * a.size(1);
  Tensor left = a.reshape({batch, a.size(2), a.size(3)}), right = b.reshape({batch, b.size(2), b.size(3)});
  return at::bmm(left, right, at::kFloat).view({a.size(0), a.size(1), a.size(2), b.size(3)});
}

/// Probabilities [B,H,N,N] in float32.
inline Tensor probabilities(const Tensor &q, const Tensor &k, In bias, mvp_torch_attention s) {
  Tensor scores = wide_matmul(q, k.transpose(2, 3)).mul_(scale_of(s));
  if (bias != nullptr) scores.add_(read(bias, {1, s.heads, s.tokens, s.tokens}));
  if (s.causal) {
    Tensor later = at::ones({s.tokens, s.tokens}, q.options().dtype(at::kBool)).triu_(1);
    scores.masked_fill_(later, -std::numeric_limits<float>::infinity());
  }
  return at::softmax(scores, 3);
}

/// Which kernels take these heads.
inline Kept choice(const Heads &heads, In bias, mvp_torch_attention s) {
  if (bias != nullptr) return Kept::probabilities;
  auto found = static_cast<at::SDPBackend>(
      at::_fused_sdp_choice(heads.q, heads.k, heads.v, {}, 0.0, s.causal, scale_of(s)));
  if (heads.q.is_cpu()) return found == at::SDPBackend::flash_attention ? Kept::flash_on_cpu : Kept::probabilities;
  // Heads of other widths would have to be widened first.
  if (s.head_width % 8 != 0) return Kept::probabilities;
  if (found == at::SDPBackend::flash_attention) return Kept::flash;
  return found == at::SDPBackend::efficient_attention ? Kept::efficient : Kept::probabilities;
}

/// Probabilities of more bytes than these are made again for the gradient.
constexpr int64_t most_kept_bytes = int64_t(1) << 28;

inline Array *attention(Device *device, In qkv, In bias, Array *out, bool keep, mvp_torch_attention s) {
  std::unique_ptr<Array> memo;
  attempt(device, [&] {
    Tensor packed = read(qkv, qkv_shape(s));
    Heads heads(packed);
    Kept form = choice(heads, bias, s);
    std::vector<Tensor> kept;
    switch (form) {
      case Kept::flash_on_cpu: {
        auto found = at::_scaled_dot_product_flash_attention_for_cpu(heads.q, heads.k, heads.v, 0.0, s.causal, {},
                                                                     scale_of(s));
        kept = {std::get<0>(found), std::get<1>(found)};
        break;
      }
      case Kept::flash: {
        auto found =
            at::_scaled_dot_product_flash_attention(heads.q, heads.k, heads.v, 0.0, s.causal, false, scale_of(s));
        kept = {std::get<0>(found), std::get<1>(found), std::get<6>(found), std::get<7>(found)};
        break;
      }
      case Kept::efficient: {
        auto found = at::_scaled_dot_product_efficient_attention(heads.q, heads.k, heads.v, {}, keep, 0.0, s.causal,
                                                                 scale_of(s));
        kept = {std::get<0>(found), std::get<1>(found), std::get<2>(found), std::get<3>(found)};
        break;
      }
      default: {
        Tensor p = probabilities(heads.q, heads.k, bias, s).to(packed.scalar_type());
        put_heads(out, at::matmul(p, heads.v));
        if (static_cast<int64_t>(p.nbytes()) <= most_kept_bytes) {
          kept = {p};
        } else {
          form = Kept::nothing;
        }
      }
    }
    if (form != Kept::probabilities && form != Kept::nothing) put_heads(out, kept[0]);
    if (keep && form != Kept::nothing) {
      memo.reset(new Array{device, 0, at::kFloat, {}, {}, form, std::move(kept)});
    }
  });
  return memo.release();
}

inline void explicit_gradient(const Heads &heads, In bias, In kept, const Tensor &dout, Target dbias,
                              mvp_torch_attention s, Tensor *dq, Tensor *dk, Tensor *dv) {
  at::ScalarType type = heads.q.scalar_type();
  Tensor p = kept != nullptr ? kept->kept[0] : probabilities(heads.q, heads.k, bias, s).to(type);
  *dv = at::matmul(p.transpose(2, 3), dout);
  // t = P (dP - sum(P dP)), the gradient of what the softmax was taken of
  Tensor t = at::_softmax_backward_data(wide_matmul(dout, heads.v.transpose(2, 3)), p.to(at::kFloat), 3, at::kFloat);
  store(dbias, at::sum(t, {0}));
  Tensor ds = t.mul_(scale_of(s)).to(type);
  *dq = at::matmul(ds, heads.k);
  *dk = at::matmul(ds.transpose(2, 3), heads.q);
}

inline void attention_gradient(Device *device, In qkv, In bias, In kept, In dout, Target dqkv, Target dbias,
                               mvp_torch_attention s) {
  attempt(device, [&] {
    Tensor packed = read(qkv, qkv_shape(s));
    Heads heads(packed);
    Tensor upstream = read(dout, out_shape(s)).to(packed.scalar_type()).transpose(1, 2);
    Tensor dq, dk, dv;
    switch (kept != nullptr ? kept->form : Kept::nothing) {
      case Kept::flash_on_cpu:
        std::tie(dq, dk, dv) = at::_scaled_dot_product_flash_attention_for_cpu_backward(
            upstream, heads.q, heads.k, heads.v, kept->kept[0], kept->kept[1], 0.0, s.causal, {}, scale_of(s));
        break;
      case Kept::flash:
        std::tie(dq, dk, dv) = at::_scaled_dot_product_flash_attention_backward(
            upstream, heads.q, heads.k, heads.v, kept->kept[0], kept->kept[1], Tensor(), Tensor(), s.tokens, s.tokens,
            0.0, s.causal, kept->kept[2], kept->kept[3], scale_of(s));
        break;
      case Kept::efficient: {
        auto found = at::_scaled_dot_product_efficient_attention_backward(
            upstream, heads.q, heads.k, heads.v, Tensor(), kept->kept[0], kept->kept[1], kept->kept[2], kept->kept[3],
            0.0, {true, true, true, false}, s.causal, scale_of(s));
        std::tie(dq, dk, dv) = std::make_tuple(std::get<0>(found), std::get<1>(found), std::get<2>(found));
        break;
      }
      default: explicit_gradient(heads, bias, kept, upstream, dbias, s, &dq, &dk, &dv);
    }
    if (dqkv.array == nullptr) return;
    Heads own(change(dqkv.array, qkv_shape(s)));
    for (auto [to, from] : {std::make_pair(own.q, dq), std::make_pair(own.k, dk), std::make_pair(own.v, dv)}) {
      dqkv.accumulate ? to.add_(from) : to.copy_(from);
    }
  });
}

inline void attention_row(Device *device, In qkv, In bias, int64_t query, Array *out, mvp_torch_attention s) {
  attempt(device, [&] {
    Heads heads(read(qkv, qkv_shape(s)));
    Tensor scores = wide_matmul(heads.q.narrow(2, query, 1), heads.k.transpose(2, 3)).mul_(scale_of(s));
    if (bias != nullptr) scores.add_(read(bias, {1, s.heads, s.tokens, s.tokens}).narrow(2, query, 1));
    put(out, at::softmax(scores, 3));
  });
}

/// Queries and keys turned by the angles of their token; values as they are.
inline void rotate(Device *device, In qkv, In cosines, In sines, bool is_halved, bool backward, Array *y,
                   mvp_torch_attention s) {
  attempt(device, [&] {
    int64_t pairs = s.head_width / 2;
    Tensor from = read(qkv, qkv_shape(s)), to = change(y, qkv_shape(s));
    Tensor turned = from.narrow(2, 0, 2), result = to.narrow(2, 0, 2);
    auto half = [&](const Tensor &all, int64_t which) {
      return is_halved ? all.narrow(4, which * pairs, pairs) : all.slice(4, which, s.head_width, 2);
    };
    Tensor c = read(cosines, {1, s.tokens, 1, 1, pairs}), n = read(sines, {1, s.tokens, 1, 1, pairs});
    if (backward) n = n.neg();
    Tensor first = half(turned, 0), second = half(turned, 1);
    Tensor a = at::mul(first, c).sub_(at::mul(second, n)), b = at::mul(second, c).add_(at::mul(first, n));
    half(result, 0).copy_(a);
    half(result, 1).copy_(b);
    to.select(2, 2).copy_(from.select(2, 2));
  });
}

inline void add_attention(mvp_torch_table &table) {
  table.attention = attention;
  table.attention_gradient = attention_gradient;
  table.attention_row = attention_row;
  table.rotate = rotate;
}

}  // namespace mvp
