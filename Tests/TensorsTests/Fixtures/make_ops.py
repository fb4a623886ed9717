"""Makes ops.json: for every op of `Tensors`, inputs, output and gradients as torch computes them in float64.

Run: python make_ops.py (torch). Inputs are rounded to float32 first, so both sides start from the same numbers. The gradients are those
of sum(output * upstream) for a random `upstream`.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20240607)
CASES = {}


def random(*shape, scale=1.0):
    return (torch.randn(shape) * scale).double()


def packed(t):
    t = t.detach().float().reshape(t.shape if t.dim() else (1,))
    return {"shape": list(t.shape), "values": [float(f"{v:.9g}") for v in t.flatten().tolist()]}


def case(name, op, differentiable=(), **inputs):
    """Records `op(**inputs)` and the gradients of the inputs named in `differentiable`."""
    leaves = {k: v.float().double().requires_grad_(k in differentiable) for k, v in inputs.items()}
    output = op(**leaves)
    entry = {"inputs": {k: packed(v) for k, v in leaves.items()}, "output": packed(output), "gradients": {}}
    if differentiable:
        upstream = random(*output.shape).float().double()
        (output * upstream).sum().backward()
        entry["upstream"] = packed(upstream)
        entry["gradients"] = {k: packed(leaves[k].grad) for k in differentiable}
    CASES[name] = entry


def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


ACTIVATIONS = {"none": lambda x: x, "gelu": F.gelu, "quickGELU": quick_gelu}


def attention(qkv, heads, bias=None, causal=False, probabilities=False):
    b, n, d3 = qkv.shape
    q, k, v = qkv.reshape(b, n, 3, heads, d3 // 3 // heads).permute(2, 0, 3, 1, 4)
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if bias is not None:
        scores = scores + bias
    if causal:
        scores = scores.masked_fill(torch.ones(n, n, dtype=torch.bool).triu(1), -math.inf)
    p = scores.softmax(-1)
    return p if probabilities else (p @ v).transpose(1, 2).reshape(b, n, d3 // 3)


# Linear: weights and bias; 3-D input
case("linear.bias", lambda x, w, b: F.linear(x, w, b), ("x", "w", "b"), x=random(2, 5, 7), w=random(6, 7, scale=0.7), b=random(6))
case("linear.plain", lambda x, w: F.linear(x, w), ("x", "w"), x=random(9, 5), w=random(3, 5))

# Activations, alone and between two linear layers
for kind, activation in ACTIVATIONS.items():
    case(f"activated.{kind}", activation, ("x",), x=random(2, 5, 7, scale=3))
    case(f"feedForward.{kind}.bias", lambda x, w1, b1, w2, b2: F.linear(activation(F.linear(x, w1, b1)), w2, b2),
         ("x", "w1", "b1", "w2", "b2"), x=random(2, 5, 7), w1=random(11, 7, scale=0.7), b1=random(11),
         w2=random(6, 11, scale=0.5), b2=random(6))
    case(f"feedForward.{kind}.plain", lambda x, w1, w2: F.linear(activation(F.linear(x, w1)), w2), ("x", "w1", "w2"),
         x=random(9, 5), w1=random(8, 5), w2=random(3, 8))
case("matmulTransposed", lambda a, b: a @ b.T, ("a", "b"), a=random(4, 5), b=random(7, 5))

# Normalisation
case("layerNorm", lambda x, w, b: F.layer_norm(x, (13,), w, b, 1e-6), ("x", "w", "b"),
     x=random(2, 3, 13) + 2, w=random(13), b=random(13))
case("l2Normalize", lambda x: F.normalize(x, dim=-1, eps=1e-12), ("x",), x=random(2, 3, 11))
tiny = random(4, 5)
tiny[1] *= 1e-4
tiny[2] = 0
case("l2Normalize.tiny", lambda x: F.normalize(x, dim=-1, eps=1e-2), ("x",), x=tiny)

# Attention
case("attention", lambda qkv: attention(qkv, 3), ("qkv",), qkv=random(2, 7, 36))
case("attention.bias", lambda qkv, bias: attention(qkv, 3, bias), ("qkv", "bias"),
     qkv=random(2, 5, 36), bias=random(3, 5, 5))
case("attention.causal", lambda qkv: attention(qkv, 2, causal=True), ("qkv",), qkv=random(2, 6, 24))
case("attention.probabilities", lambda qkv, bias: attention(qkv, 3, bias, probabilities=True)[:, :, 2],
     qkv=random(2, 5, 36), bias=random(3, 5, 5))
index = torch.randint(0, 6, (16,))
case("relativePositionBias", lambda table, index: table[index.long()].reshape(4, 4, 3).permute(2, 0, 1), ("table",),
     table=random(6, 3), index=index.double())

# Residual: layer scale [D] and drop path [B]
keep = torch.tensor([1.25, 0.0, 1.25]).double()
for name, has_scale, has_keep in (("plain", 0, 0), ("scale", 1, 0), ("keep", 0, 1), ("both", 1, 1)):
    inputs = {"x": random(3, 4, 5), "branch": random(3, 4, 5)}
    if has_scale:
        inputs["scale"] = random(5)
    factor = keep.reshape(3, 1, 1) if has_keep else 1.0
    case(f"residual.{name}", lambda x, branch, scale=None: x + factor * (branch if scale is None else scale * branch),
         tuple(inputs), **inputs)

# Patch embedding against Conv2d
mean, std = torch.tensor([0.48, 0.45, 0.40]).double(), torch.tensor([0.26, 0.27, 0.28]).double()


def embed(pixels, w, b):
    x = (pixels - mean.reshape(3, 1, 1)) / std.reshape(3, 1, 1)
    return F.conv2d(x, w.reshape(-1, 3, 4, 4), b, stride=4).flatten(2).transpose(1, 2)


case("patchEmbedding", embed, ("w", "b"), pixels=torch.rand(2, 3, 8, 12).double(), w=random(5, 48), b=random(5))

# Tokens
mask = torch.tensor([1, 0, 1, 1, 0, 0, 0, 1, 1, 0]).double()


def assemble(patches, cls, token=None, mask=None, position=None):
    if mask is not None:
        m = mask.reshape(patches.shape[0], -1, 1)
        patches = token * m + patches * (1 - m)
    tokens = torch.cat([cls.expand(patches.shape[0], 1, -1), patches], 1)
    return tokens if position is None else tokens + position


case("assembleTokens", assemble, ("patches", "cls", "token", "position"), patches=random(2, 5, 3), cls=random(3),
     token=random(3), mask=mask, position=random(6, 3))
case("assembleTokens.unmasked", assemble, ("patches", "cls", "position"), patches=random(2, 5, 3), cls=random(3),
     position=random(6, 3))
case("assembleTokens.bare", assemble, ("patches", "cls", "token"), patches=random(2, 5, 3), cls=random(3),
     token=random(3), mask=mask)
case("addPosition", lambda x, position: x + position, ("x", "position"), x=random(3, 4, 5), position=random(4, 5))
case("selectToken", lambda x: x[:, 2], ("x",), x=random(3, 4, 5))
case("meanTokens", lambda x: x[:, 1:].mean(1), ("x",), x=random(3, 4, 5))
case("meanTokens.all", lambda x: x.mean(1), ("x",), x=random(3, 4, 5))
case("gatherRows", lambda x, rows: x[rows.long()], ("x",), x=random(5, 3),
     rows=torch.tensor([4, 0, 0, 2, 4, 4, 1]).double())
case("concatenateRows", lambda a, b, c: torch.cat([a, b, c]), ("a", "b", "c"),
     a=random(2, 3), b=random(1, 3), c=random(4, 3))

# Arithmetic
case("add", lambda a, b: a + b, ("a", "b"), a=random(3, 5), b=random(3, 5))
case("add.twice", lambda a: a + a, ("a",), a=random(3, 5))
case("scaled", lambda a: -2.5 * a, ("a",), a=random(3, 5))
case("scaledByExponential", lambda a, s: a * s.exp(), ("a", "s"), a=random(3, 5), s=torch.tensor([2.6593]).double())
case("reshaped", lambda a: a.reshape(5, 3), ("a",), a=random(3, 5))
case("softmaxRows", lambda x, center: ((x - center) / 0.07).softmax(-1), (), x=random(4, 9), center=random(9))
case("softmaxRows.plain", lambda x: (x / 0.5).softmax(-1), (), x=random(4, 9, scale=5))
case("columnMeans", lambda x: x.mean(0), (), x=random(11, 6))

# Losses
weights = torch.tensor([0.0, 1.0, 2.5, 0.5, 1.0]).double()


def weighted(rows, w):
    return rows.mean() if w is None else (rows * w).sum() / w.sum()


def cosine(p, t, w=None):
    return -weighted(F.cosine_similarity(p, t, dim=-1, eps=1e-8), w)


def smooth_l1(p, t, w=None):
    return weighted(F.smooth_l1_loss(p, t, beta=0.4, reduction="none").mean(-1), w)


def squared(p, t, w=None):
    return weighted(F.mse_loss(p, t, reduction="none").mean(-1), w)


for name, loss in (("cosineLoss", cosine), ("smoothL1Loss", smooth_l1), ("meanSquaredLoss", squared)):
    case(name, loss, ("p",), p=random(5, 7), t=random(5, 7))
    case(f"{name}.weights", loss, ("p",), p=random(5, 7), t=random(5, 7), w=weights)
case("rowCosines", lambda a, b: F.cosine_similarity(a, b, dim=-1), (), a=random(5, 7), b=random(5, 7))
small = random(3, 7)
small[1] *= 1e-9
case("cosineLoss.tiny", cosine, ("p",), p=small, t=random(3, 7))
labels = torch.tensor([3, 0, 6, 6, 2]).double()
for name, smoothing in (("", 0.0), (".smoothing", 0.1)):
    case(f"crossEntropy{name}", lambda x, labels: F.cross_entropy(x, labels.long(), label_smoothing=smoothing), ("x",),
         x=random(5, 7, scale=3), labels=labels)
case("softCrossEntropy", lambda x, targets: -(targets * (x / 0.1).log_softmax(-1)).sum(-1).mean(), ("x",),
     x=random(5, 7), targets=random(5, 7, scale=2).softmax(-1))


def contrastive(image, text, scale):
    logits = scale.exp() * image @ text.T
    labels = torch.arange(len(image))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


case("contrastiveLoss", contrastive, ("image", "text", "scale"), image=F.normalize(random(6, 5)),
     text=F.normalize(random(6, 5)), scale=torch.tensor([2.6593]).double())


# A whole pre-norm transformer block with layer scale and relative position bias
def block(x, n1w, n1b, qkvw, qkvb, bias, pw, pb, g1, n2w, n2b, f1w, f1b, f2w, f2b, g2):
    h = F.linear(F.layer_norm(x, (12,), n1w, n1b, 1e-6), qkvw, qkvb)
    x = x + g1 * F.linear(attention(h, 3, bias), pw, pb)
    h = F.gelu(F.linear(F.layer_norm(x, (12,), n2w, n2b, 1e-6), f1w, f1b))
    return x + g2 * F.linear(h, f2w, f2b)


parameters = dict(
    x=random(2, 5, 12), n1w=1 + random(12, scale=0.1), n1b=random(12, scale=0.1), qkvw=random(36, 12, scale=0.3),
    qkvb=random(36, scale=0.1), bias=random(3, 5, 5), pw=random(12, 12, scale=0.3), pb=random(12, scale=0.1),
    g1=random(12), n2w=1 + random(12, scale=0.1), n2b=random(12, scale=0.1), f1w=random(24, 12, scale=0.3),
    f1b=random(24, scale=0.1), f2w=random(12, 24, scale=0.3), f2b=random(12, scale=0.1), g2=random(12))
case("block", block, tuple(parameters), **parameters)


# AdamW over five steps in float32: two groups, one parameter that never has a gradient
def adamw():
    start = {"decayed": random(3, 4).float(), "plain": random(5).float(), "idle": random(2).float()}
    leaves = {k: v.clone().requires_grad_() for k, v in start.items()}
    optimizer = torch.optim.AdamW(
        [{"params": [leaves["decayed"], leaves["idle"]], "weight_decay": 0.3},
         {"params": [leaves["plain"]], "weight_decay": 0.0, "lr": 0.0}], betas=(0.9, 0.98), eps=1e-6)
    rates, gradients = [0.01, 0.03, 0.02, 0.05, 0.001], {}
    for step, rate in enumerate(rates):
        optimizer.param_groups[0]["lr"], optimizer.param_groups[1]["lr"] = rate, rate * 0.5
        for name in ("decayed", "plain"):
            # the last gradient is zero: the moments still move the weights
            leaves[name].grad = random(*leaves[name].shape).float() * (0.0 if step == 4 else 10.0**-step)
            gradients[f"{name}.{step}"] = packed(leaves[name].grad)
        optimizer.step()
    moments = {f"{k}.{m}": packed(optimizer.state[leaves[k]][m]) for k in ("decayed", "plain")
               for m in ("exp_avg", "exp_avg_sq")}
    CASES["adamW"] = {
        "inputs": {k: packed(v) for k, v in start.items()} | gradients | {"rates": packed(torch.tensor(rates))},
        "output": packed(torch.tensor([0.0])), "gradients": {k: packed(v) for k, v in leaves.items()} | moments}


adamw()


# Maps: [B, H, W, C] in memory, [B, C, H, W] as torch wants them
def first(x):
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


def apart(make, values, distance=0.02):
    """Inputs drawn until no two of the numbers that a kink parts are closer than a finite difference reaches."""
    while True:
        inputs = make()
        if values(**inputs).abs().min() > distance:
            return inputs


def batch_norm(x, w, b, mean=None, variance=None):
    rows = x.reshape(-1, x.shape[-1])
    if mean is None:
        return F.batch_norm(rows, None, None, w, b, True, 0.1, 1e-5).reshape(x.shape)
    return F.batch_norm(rows, mean, variance, w, b, False, 0.1, 1e-5).reshape(x.shape)


def norm_inputs(**more):
    return dict(x=random(2, 3, 4, 5) * random(5) + 2 * random(5), w=random(5), b=random(5)) | more


moments = dict(mean=random(5), variance=random(5).abs() + 0.2)
case("batchNorm", batch_norm, ("x", "w", "b"), **norm_inputs())
case("batchNorm.rectified", lambda **p: batch_norm(**p).relu(), ("x", "w", "b"), **apart(norm_inputs, batch_norm))
case("batchNorm.running", batch_norm, ("x", "w", "b"), **norm_inputs(**moments))
case("batchNorm.running.rectified", lambda **p: batch_norm(**p).relu(), ("x", "w", "b"),
     **apart(lambda: norm_inputs(**moments), batch_norm))


def moved(x, mean, variance):
    mean, variance = mean.clone(), variance.clone()
    F.batch_norm(x.reshape(-1, x.shape[-1]), mean, variance, None, None, True, 0.1, 1e-5)
    return torch.stack([mean, variance])


case("batchNorm.moments", moved, x=random(2, 3, 4, 5) + 2, **moments)


def resize(x, height, width):
    return last(F.interpolate(first(x), (height, width), mode="bilinear", align_corners=False))


for name, height, width in (("up", 12, 8), ("odd", 7, 5), ("down", 2, 3), ("mixed", 3, 9), ("one", 1, 1)):
    case(f"resizedMap.{name}", lambda x: resize(x, height, width), ("x",), x=random(2, 3, 4, 5))
case("resizedMap.added", lambda x, a: a + resize(x, 6, 8), ("x", "a"), x=random(2, 3, 4, 5), a=random(2, 6, 8, 5))
case("joinedMaps", lambda a, b, c: torch.cat([a, resize(b, 6, 4), resize(c, 6, 4)], -1), ("a", "b", "c"),
     a=random(2, 6, 4, 3), b=random(2, 3, 2, 4), c=random(2, 1, 1, 2))
case("patchTokens", lambda x: x[:, 1:], ("x",), x=random(2, 5, 3))
pixels = torch.randint(0, 4, (2, 6, 9))
pixels[torch.rand(pixels.shape) < 0.25] = 255
pixels[0, 2] = 255


def pixel_loss(x, labels, size=None):
    logits = first(x if size is None else resize(x, *size))
    return F.cross_entropy(logits, labels.long(), ignore_index=255)


case("pixelCrossEntropy", lambda x, labels: pixel_loss(x, labels, (6, 9)), ("x",), x=random(2, 3, 4, 4, scale=3),
     labels=pixels.double())
case("pixelCrossEntropy.same", pixel_loss, ("x",), x=random(2, 6, 9, 4, scale=3), labels=pixels.double())
case("pixelCrossEntropy.all",
     lambda x, labels: pixel_loss(x, labels, (6, 9)) * (labels != 255).sum() / labels.numel(), ("x",),
     x=random(2, 3, 4, 4, scale=3), labels=pixels.double())


def convolved(x, w):
    kernel = w.reshape(w.shape[0], 3, 3, -1).permute(0, 3, 1, 2)
    return last(F.conv2d(first(x), kernel, padding=1))


for name, shape in (("", (2, 4, 5)), (".line", (2, 1, 6)), (".column", (1, 6, 1)), (".pixel", (2, 1, 1)), (".many", (2, 8, 7))):
    case(f"convolution{name}", convolved, ("x", "w"), x=random(*shape, 3), w=random(4, 27, scale=0.4))


def spread(x, w, b=None):
    kernel = w.reshape(2, 2, -1, w.shape[1]).permute(3, 2, 0, 1)
    return last(F.conv_transpose2d(first(x), kernel, b, stride=2))


case("transposedConvolution", spread, ("x", "w", "b"), x=random(2, 3, 2, 5), w=random(12, 5, scale=0.5), b=random(3))
case("transposedConvolution.plain", spread, ("x", "w"), x=random(2, 3, 2, 5), w=random(12, 5, scale=0.5))


def windows(x):
    """By how much the largest of each 2x2 window is ahead of the next."""
    parts = F.unfold(first(x), 2, stride=2).reshape(x.shape[0], x.shape[3], 4, -1)
    top = parts.topk(2, dim=2).values
    return top[:, :, 0] - top[:, :, 1]


for name, shape in (("", (2, 4, 6)), (".odd", (2, 5, 3))):
    case(f"maxPool{name}", lambda x: last(F.max_pool2d(first(x), 2)), ("x",),
         **apart(lambda: dict(x=random(*shape, 3)), windows, 0.05))
for size in (1, 2, 3, 6):
    case(f"averagePool.{size}", lambda x: last(F.adaptive_avg_pool2d(first(x), size)), ("x",), x=random(2, 4, 5, 3))
case("scaledChannels", lambda x, factors: x * factors[:, None, None], ("x",), x=random(2, 3, 2, 4),
     factors=torch.tensor([[1.25, 0.0, 1.25, 1.25], [0.0, 0.0, 1.25, 1.25]]).double())


# Of tokenizers
def halved(x, w):
    return last(F.conv2d(first(x), w.reshape(w.shape[0], 4, 4, -1).permute(0, 3, 1, 2), stride=2, padding=1))


def doubled(x, w):
    kernel = w.reshape(4, 4, -1, w.shape[1]).permute(3, 2, 0, 1)
    return last(F.conv_transpose2d(first(x), kernel, stride=2, padding=1))


for name, shape in (("", (2, 4, 6)), (".many", (1, 12, 8)), (".pixel", (2, 2, 2))):
    case(f"halvingConvolution{name}", halved, ("x", "w"), x=random(*shape, 3), w=random(5, 48, scale=0.3))
for name, shape in (("", (2, 2, 3)), (".many", (1, 6, 5)), (".pixel", (2, 1, 1))):
    case(f"doublingConvolution{name}", doubled, ("x", "w"), x=random(*shape, 5), w=random(48, 5, scale=0.3))
case("softmax", lambda x: (x / 0.7).softmax(-1), ("x",), x=random(5, 9))
case("softmaxEntropy", lambda x: -(x.softmax(-1) * x.log_softmax(-1)).sum(-1).mean(), ("x",), x=random(6, 19, scale=2))
ties = random(5, 40).float()
ties[1, 7] = ties[1, 30] = 4
ties[2, 0] = ties[2, 39] = 5
case("rowArgmax", lambda x: x.argmax(-1).double(), (), x=ties.double())

# Codes
torch.manual_seed(20261130)
spread_out = torch.cat([random(20, scale=2), random(10, scale=0.05), torch.tensor([0.0, 0.25, -0.25, 12.0, -30.0])])
case("tanh", torch.tanh, ("x",), x=spread_out.reshape(5, 7))
case("straightThrough", lambda x, values: x + (values - x).detach(), ("x",), x=random(4, 5), values=random(4, 5))
case("rowSums", lambda x, groups: torch.zeros(4, 3).double().index_add(0, groups.long(), x), (), x=random(7, 3),
     groups=torch.tensor([3, 0, 3, 3, 1, 0, 1]).double())


def map_patches(x, patch, mean=0.0, deviation=1.0):
    b, h, w, c = x.shape
    x = ((x - mean) / deviation).reshape(b, h // patch, patch, w // patch, patch, c)
    return x.permute(0, 1, 3, 5, 2, 4).reshape(b, -1, c * patch * patch)


case("mapPatches", lambda x: map_patches(x, 2), ("x",), x=random(2, 4, 6, 3))
case("mapPatches.normalised", lambda x: map_patches(x, 4, mean, std), ("x",), x=torch.rand(2, 8, 4, 3).double())

# Further activations, the gate of an MLP and rotary positions
torch.manual_seed(20261201)
for kind, activation in {"tanhGELU": lambda x: F.gelu(x, approximate="tanh"), "silu": lambda x: F.silu(x)}.items():
    case(f"activated.{kind}", activation, ("x",), x=random(2, 5, 7, scale=3))
    case(f"feedForward.{kind}.bias", lambda x, w1, b1, w2, b2: F.linear(activation(F.linear(x, w1, b1)), w2, b2),
         ("x", "w1", "b1", "w2", "b2"), x=random(2, 5, 7), w1=random(11, 7, scale=0.7), b1=random(11),
         w2=random(6, 11, scale=0.5), b2=random(6))
    case(f"feedForward.{kind}.plain", lambda x, w1, w2: F.linear(activation(F.linear(x, w1)), w2), ("x", "w1", "w2"),
         x=random(9, 5), w1=random(8, 5), w2=random(3, 8))
case("gated", lambda x: F.silu(x[..., :9]) * x[..., 9:], ("x",), x=random(2, 5, 18, scale=2))


def rotate(qkv, angles, heads, halved):
    """As apply_rot_embed_cat of timm turns them, the values left alone."""
    b, n, d3 = qkv.shape
    parts = qkv.reshape(b, n, 3, heads, -1)
    cosines, sines = angles.cos(), angles.sin()
    layout = (lambda t: torch.cat([t, t], -1)) if halved else (lambda t: t.repeat_interleave(2, -1))
    c, s = (layout(t)[None, :, None, None] for t in (cosines, sines))
    x = parts[:, :, :2]
    if halved:
        first, second = x.chunk(2, -1)
        other = torch.cat([-second, first], -1)
    else:
        other = torch.stack([-x[..., 1::2], x[..., ::2]], -1).reshape(x.shape)
    return torch.cat([x * c + other * s, parts[:, :, 2:]], 2).reshape(b, n, d3)


turns = random(4, 3, scale=2)
turns[0] = 0
case("rotated.pairs", lambda qkv, angles: rotate(qkv, angles, 2, False), ("qkv",), qkv=random(2, 4, 36), angles=turns)
case("rotated.halves", lambda qkv, angles: rotate(qkv, angles, 2, True), ("qkv",), qkv=random(2, 4, 36), angles=turns)
path = pathlib.Path(__file__).parent / "ops.json"
path.write_text(json.dumps(CASES, separators=(",", ":"), sort_keys=True) + "\n")
print(f"{len(CASES)} cases, {path.stat().st_size} bytes")
