#!/usr/bin/env python3
"""PyTorch's side of a segmentation step: a BEiT-like backbone (layer scale, a table of relative positions in every block, drop path .1,
layer decay .65) under UperNet with its auxiliary head, or under a linear head; cross-entropy at the size of the pictures, AdamW. Maps may
lie channels first or last. Prints one JSON line.

  torch_uper_step.py --threads 2 --layout last
  torch_uper_step.py --check FILE     # FILE of `mvp bench --task segment --export`: the first steps' losses, made again
"""
import argparse
import json
import os
import resource
import statistics
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
for name, value in dict(image=128, patch=8, dim=192, depth=12, heads=3, channels=64, classes=150, batch=8).items():
    parser.add_argument(f"--{name}", type=int, default=value)
parser.add_argument("--head", choices=["upernet", "linear"], default="upernet")
parser.add_argument("--dtype", choices=["fp32", "amp"], default="fp32")
parser.add_argument("--layout", choices=["first", "last"], default="first", help="memory format of maps and convolutions")
parser.add_argument("--attn", choices=["sdpa", "math"], default="math")
parser.add_argument("--prec", choices=["highest", "high", "medium"], default="medium")
parser.add_argument("--compile", choices=["none", "default"], default="none")
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--warmup", type=int, default=2)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--check", help="a file that `mvp bench --task segment --export` wrote")
args = parser.parse_args()
os.environ.setdefault("OMP_NUM_THREADS", str(args.threads))
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(args.threads)
torch.manual_seed(0)
torch.set_float32_matmul_precision(args.prec)
IGNORED = 255
meta = None
if args.check:
    from safetensors import safe_open

    file = safe_open(args.check, "pt")
    meta = file.metadata()
    size = json.loads(meta["size"])
    for name in ("image", "patch", "depth", "heads", "batch"):
        setattr(args, name, size[name])
    args.dim, args.head, args.classes, args.prec = size["width"], meta["head"], int(meta["classes"]), "highest"
    if args.head == "upernet":
        args.channels = file.get_tensor("model.decode_head.conv_seg.weight").shape[1]
    # Products of "medium" precision are bfloat16's on some CPUs; autocast takes float32 alone.
    torch.set_float32_matmul_precision(args.prec)
    torch.set_default_dtype(torch.float32 if meta["dtype"] == "bf16" else torch.float64)
D, G, C = args.dim, args.image // args.patch, args.channels
TAPS = [max(x - 1, 0) for x in (args.depth // 3, args.depth // 2, 2 * args.depth // 3, args.depth)]


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.proj = nn.Linear(D, 3 * D, bias=False), nn.Linear(D, D)
        self.q_bias, self.v_bias = nn.Parameter(torch.zeros(D)), nn.Parameter(torch.zeros(D))
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * G - 1) ** 2 + 3, args.heads))

    def forward(self, x, index):
        b, n, d = x.shape
        shift = torch.cat([self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        q, k, v = F.linear(x, self.qkv.weight, shift).view(b, n, 3, args.heads, d // args.heads).permute(2, 0, 3, 1, 4).unbind(0)
        bias = self.relative_position_bias_table[index].permute(2, 0, 1)
        if args.attn == "sdpa":
            out = F.scaled_dot_product_attention(q, k, v, attn_mask=bias[None].to(q.dtype))
        else:
            out = torch.softmax((q * (d // args.heads) ** -0.5) @ k.transpose(-2, -1) + bias, -1) @ v
        return self.proj(out.transpose(1, 2).reshape(b, n, d))


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(D, 4 * D), nn.Linear(4 * D, D)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, rate):
        super().__init__()
        self.norm1, self.norm2, self.attn, self.mlp = nn.LayerNorm(D, eps=1e-6), nn.LayerNorm(D, eps=1e-6), Attention(), MLP()
        self.gamma_1, self.gamma_2 = nn.Parameter(0.1 * torch.ones(D)), nn.Parameter(0.1 * torch.ones(D))
        self.rate = rate
        self.keep = None  # [2, B], where the decisions are given

    def kept(self, x, branch):
        if self.keep is not None:
            return x * self.keep[branch].view(-1, 1, 1)
        return x * x.new_empty((x.shape[0], 1, 1)).bernoulli_(1 - self.rate).div_(1 - self.rate) if self.rate > 0 else x

    def forward(self, x, index):
        x = x + self.kept(self.gamma_1 * self.attn(self.norm1(x), index), 0)
        return x + self.kept(self.gamma_2 * self.mlp(self.norm2(x)), 1)


class Unit(nn.Module):
    def __init__(self, inputs, outputs, side):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(inputs, outputs, side, padding=side // 2, bias=False), nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)


class Dropout(nn.Dropout2d):
    factors = None  # [B, channels], where the decisions are given

    def forward(self, x):
        return super().forward(x) if self.factors is None else x * self.factors[:, :, None, None]


def resize(x, size):
    return F.interpolate(x, tuple(size), mode="bilinear", align_corners=False)


class UperHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.psp_modules = nn.ModuleList(nn.Sequential(nn.AdaptiveAvgPool2d(s), Unit(D, C, 1)) for s in (1, 2, 3, 6))
        self.bottleneck, self.fpn_bottleneck = Unit(D + 4 * C, C, 3), Unit(4 * C, C, 3)
        self.lateral_convs = nn.ModuleList(Unit(D, C, 1) for _ in range(3))
        self.fpn_convs = nn.ModuleList(Unit(C, C, 3) for _ in range(3))
        self.dropout, self.conv_seg = Dropout(0.1), nn.Conv2d(C, args.classes, 1)

    def forward(self, maps):
        top = maps[3]
        joins = [unit(m) for unit, m in zip(self.lateral_convs, maps)]
        joins.append(self.bottleneck(torch.cat([top] + [resize(pool(top), top.shape[2:]) for pool in self.psp_modules], 1)))
        for i in (3, 2, 1):
            joins[i - 1] = joins[i - 1] + resize(joins[i], joins[i - 1].shape[2:])
        joins = [unit(m) for unit, m in zip(self.fpn_convs, joins)] + joins[3:]
        joins = [joins[0]] + [resize(m, joins[0].shape[2:]) for m in joins[1:]]
        return self.conv_seg(self.dropout(self.fpn_bottleneck(torch.cat(joins, 1))))


class AuxiliaryHead(nn.Module):
    def __init__(self):
        super().__init__()
        narrow = min(C, 256)
        self.convs = nn.Sequential(Unit(D, narrow, 3))
        self.dropout, self.conv_seg = Dropout(0.1), nn.Conv2d(narrow, args.classes, 1)

    def forward(self, maps):
        return self.conv_seg(self.dropout(self.convs(maps[2])))


class LinearHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn, self.conv_seg = nn.BatchNorm2d(D), nn.Conv2d(D, args.classes, 1)

    def forward(self, maps):
        return self.conv_seg(self.bn(maps[3]))


class Model(nn.Module):
    def __init__(self, drop_path):
        super().__init__()
        self.patch_embed, self.cls_token = nn.ModuleDict(dict(proj=nn.Linear(3 * args.patch**2, D))), nn.Parameter(torch.zeros(1, 1, D))
        self.blocks = nn.ModuleList(Block(drop_path * i / max(args.depth - 1, 1)) for i in range(args.depth))
        if args.head == "upernet":
            up = lambda: nn.ConvTranspose2d(D, D, 2, 2)
            if args.patch > 11:
                levels = [nn.Sequential(up(), nn.BatchNorm2d(D), nn.GELU(), up()), nn.Sequential(up()), nn.Identity(), nn.MaxPool2d(2)]
            elif args.patch > 5:
                levels = [nn.Sequential(up()), nn.Identity(), nn.MaxPool2d(2), nn.MaxPool2d(4)]
            else:
                levels = [nn.Identity(), nn.MaxPool2d(2), nn.MaxPool2d(4), nn.MaxPool2d(8)]
            self.fpn1, self.fpn2, self.fpn3, self.fpn4 = levels
            self.decode_head, self.auxiliary_head = UperHead(), AuxiliaryHead()
        else:
            self.norm, self.decode_head = nn.LayerNorm(D, eps=1e-6), LinearHead()
        axis = torch.arange(G)
        row, column = (x.flatten() for x in torch.meshgrid(axis, axis, indexing="ij"))
        span, count = 2 * G - 1, (2 * G - 1) ** 2 + 3
        index = torch.full((G * G + 1, G * G + 1), count - 1)
        index[1:, 1:] = (row[:, None] - row + G - 1) * span + column[:, None] - column + G - 1
        index[0, 1:], index[1:, 0] = count - 3, count - 2
        self.register_buffer("index", index, persistent=False)

    def forward(self, pictures):
        b, p = pictures.shape[0], args.patch
        x = self.patch_embed["proj"](pictures.view(b, 3, G, p, G, p).permute(0, 2, 4, 1, 3, 5).reshape(b, G * G, 3 * p * p))
        x = torch.cat([self.cls_token.expand(b, -1, -1).to(x.dtype), x], 1)
        maps = []
        for number, block in enumerate(self.blocks):
            x = block(x, self.index)
            tokens = self.norm(x) if args.head == "linear" and number + 1 == args.depth else x
            maps += [tokens[:, 1:].transpose(1, 2).reshape(b, D, G, G)] * TAPS.count(number)
        if args.layout == "last":
            maps = [m.contiguous(memory_format=torch.channels_last) for m in maps]
        if args.head == "linear":
            return [self.decode_head(maps)]
        maps = [level(m) for level, m in zip((self.fpn1, self.fpn2, self.fpn3, self.fpn4), maps)]
        return [self.decode_head(maps), self.auxiliary_head(maps)]


def loss_of(pictures, labels, autocast):
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        outputs = model(pictures)
    # The sum over known pixels divided by all of them, as mmsegmentation does.
    entropy = [F.cross_entropy(resize(x.to(torch.get_default_dtype()), labels.shape[1:]), labels, ignore_index=IGNORED, reduction="sum")
               / labels.numel() for x in outputs]
    return entropy[0] + 0.4 * entropy[1] if len(entropy) > 1 else entropy[0]


def layer_scale(name, rate=0.65):
    parts = name.split(".")
    layer = 0 if parts[0] in ("cls_token", "patch_embed") else int(parts[1]) + 1 if parts[0] == "blocks" else args.depth + 1
    return rate ** (args.depth + 1 - layer)


model = Model(0.0 if args.check else 0.1).train()

if args.check:
    scales, wanted = (json.loads(meta[key]) for key in ("scale_and_decay", "losses"))
    own = model.state_dict()
    weights = {}
    for name in (name for name in file.keys() if name.startswith("model.")):
        value, name = file.get_tensor(name).to(torch.get_default_dtype()), name[6:]
        shape = own[name].shape if name in own else value.shape
        if name.startswith("fpn") and value.ndim == 2:  # outputs by (row, column, channel)
            value = value.reshape(2, 2, shape[1], shape[0]).permute(3, 2, 0, 1)
        elif len(shape) == 4:  # windows by (row, column, channel)
            value = value.reshape(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
        weights[name] = value.reshape(shape).contiguous()
    missing = model.load_state_dict(weights, strict=False)
    assert not missing.unexpected_keys and all("running" in k or "num_batches" in k for k in missing.missing_keys), missing
    groups = [dict(params=[p], lr=float(meta["learning_rate"]) * scales[name][0], weight_decay=scales[name][1])
              for name, p in model.named_parameters() if name in scales]
    for name, (scale, _) in scales.items():
        assert abs(scale - layer_scale(name)) < 1e-6, name
    optimizer = torch.optim.AdamW(groups, betas=(float(meta["beta1"]), float(meta["beta2"])), eps=float(meta["epsilon"]))
    mean, std = (torch.tensor(json.loads(meta[key])).view(1, 3, 1, 1) for key in ("mean", "std"))
    worst = 0.0
    for step, theirs in enumerate(wanted):
        part = lambda name: file.get_tensor(f"{name}.{step}").to(torch.get_default_dtype())
        for block, keep in zip(model.blocks, part("drop")):
            block.keep = keep
        if args.head == "upernet":
            model.decode_head.dropout.factors, model.auxiliary_head.dropout.factors = part("channels"), part("auxiliary")
        loss = loss_of((part("pixels") - mean) / std, part("maps").long(), meta["dtype"] == "bf16")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        worst = max(worst, abs(loss.item() - theirs))
        print(f"step {step + 1}: ours {theirs:.6f}, torch {loss.item():.6f}")
    allowed = 2e-2 if meta["dtype"] == "bf16" else 1e-4
    print(f"largest difference {worst:.2e}, allowed {allowed:.0e}")
    raise SystemExit(0 if worst < allowed else 1)

if args.layout == "last":
    model = model.to(memory_format=torch.channels_last)
groups = {}
for name, p in model.named_parameters():
    key = (layer_scale(name), 0.05 if p.ndim > 1 and name != "cls_token" else 0.0)
    groups.setdefault(key, []).append(p)
optimizer = torch.optim.AdamW([dict(params=ps, lr=1e-4 * scale, weight_decay=decay) for (scale, decay), ps in groups.items()], fused=True)
pictures = torch.randn(args.batch, 3, args.image, args.image)
labels = torch.randint(0, args.classes, (args.batch, args.image, args.image))
labels[:, :4] = IGNORED
step_loss = lambda: loss_of(pictures, labels, args.dtype == "amp")
if args.compile != "none":
    step_loss = torch.compile(step_loss)
times, losses = [], []
for number in range(args.warmup + args.steps):
    start = time.perf_counter()
    loss = step_loss()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    losses.append(loss.item())
    if number >= args.warmup:
        times.append(time.perf_counter() - start)
print(json.dumps(dict(
    {name: value for name, value in vars(args).items() if name != "check"}, params=sum(p.numel() for p in model.parameters()),
    step_s=round(statistics.median(times), 5), step_min=round(min(times), 5), step_max=round(max(times), 5),
    peak_rss_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    loss_first=round(losses[0], 4), loss_last=round(losses[-1], 4), torch=torch.__version__)))
