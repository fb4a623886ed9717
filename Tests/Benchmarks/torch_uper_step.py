#!/usr/bin/env python3
"""PyTorch's side of the UperNet step: a BEiT-like backbone (layer scale, a table of relative positions in every block), feature pyramid,
UperNet with its auxiliary head, cross-entropy at the size of the pictures, AdamW. Maps may lie channels first or last.

Prints one JSON line. Example: torch_uper_step.py --threads 2 --layout last
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
parser.add_argument("--dtype", choices=["fp32", "amp"], default="fp32")
parser.add_argument("--layout", choices=["first", "last"], default="first", help="memory format of maps and convolutions")
parser.add_argument("--attn", choices=["sdpa", "math"], default="math")
parser.add_argument("--prec", choices=["highest", "high", "medium"], default="medium")
parser.add_argument("--compile", choices=["none", "default"], default="none")
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--warmup", type=int, default=2)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()
os.environ.setdefault("OMP_NUM_THREADS", str(args.threads))
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(args.threads)
torch.manual_seed(0)
torch.set_float32_matmul_precision(args.prec)
D, G, C = args.dim, args.image // args.patch, args.channels
TAPS = [args.depth // 3 - 1, args.depth // 2 - 1, 2 * args.depth // 3 - 1, args.depth - 1]


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.n1, self.n2 = nn.LayerNorm(D, eps=1e-6), nn.LayerNorm(D, eps=1e-6)
        self.qkv, self.proj, self.fc1, self.fc2 = nn.Linear(D, 3 * D), nn.Linear(D, D), nn.Linear(D, 4 * D), nn.Linear(4 * D, D)
        self.g1, self.g2 = nn.Parameter(0.1 * torch.ones(D)), nn.Parameter(0.1 * torch.ones(D))
        self.table = nn.Parameter(torch.zeros((2 * G - 1) ** 2 + 3, args.heads))

    def attention(self, x, index):
        b, n, d = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, args.heads, d // args.heads).permute(2, 0, 3, 1, 4).unbind(0)
        bias = self.table[index].permute(2, 0, 1)
        if args.attn == "sdpa":
            out = F.scaled_dot_product_attention(q, k, v, attn_mask=bias[None].to(q.dtype))
        else:
            out = torch.softmax((q * (d // args.heads) ** -0.5) @ k.transpose(-2, -1) + bias, -1) @ v
        return self.proj(out.transpose(1, 2).reshape(b, n, d))

    def forward(self, x, index):
        x = x + self.g1 * self.attention(self.n1(x), index)
        return x + self.g2 * self.fc2(F.gelu(self.fc1(self.n2(x))))


class Unit(nn.Module):
    def __init__(self, inputs, outputs, side):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(inputs, outputs, side, padding=side // 2, bias=False), nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)


def resize(x, size):
    return F.interpolate(x, tuple(size), mode="bilinear", align_corners=False)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.cls = nn.Linear(3 * args.patch**2, D), nn.Parameter(torch.zeros(1, 1, D))
        self.blocks = nn.ModuleList(Block() for _ in range(args.depth))
        up = lambda: nn.ConvTranspose2d(D, D, 2, 2)
        if args.patch > 11:
            self.levels = nn.ModuleList([nn.Sequential(up(), nn.BatchNorm2d(D), nn.GELU(), up()), up(), nn.Identity(), nn.MaxPool2d(2)])
        else:
            self.levels = nn.ModuleList([up(), nn.Identity(), nn.MaxPool2d(2), nn.MaxPool2d(4)])
        self.pools = nn.ModuleList(nn.Sequential(nn.AdaptiveAvgPool2d(s), Unit(D, C, 1)) for s in (1, 2, 3, 6))
        self.bottleneck, self.fusion = Unit(D + 4 * C, C, 3), Unit(4 * C, C, 3)
        self.laterals = nn.ModuleList(Unit(D, C, 1) for _ in range(3))
        self.smoothing = nn.ModuleList(Unit(C, C, 3) for _ in range(3))
        self.drop, self.classifier = nn.Dropout2d(0.1), nn.Conv2d(C, args.classes, 1)
        narrow = min(C, 256)
        self.auxiliary = nn.Sequential(Unit(D, narrow, 3), nn.Dropout2d(0.1), nn.Conv2d(narrow, args.classes, 1))
        axis = torch.arange(G)
        row, column = (x.flatten() for x in torch.meshgrid(axis, axis, indexing="ij"))
        span, count = 2 * G - 1, (2 * G - 1) ** 2 + 3
        index = torch.full((G * G + 1, G * G + 1), count - 1)
        index[1:, 1:] = (row[:, None] - row + G - 1) * span + column[:, None] - column + G - 1
        index[0, 1:], index[1:, 0] = count - 3, count - 2
        self.register_buffer("index", index)

    def forward(self, pictures):
        b, p = pictures.shape[0], args.patch
        x = self.embed(pictures.view(b, 3, G, p, G, p).permute(0, 2, 4, 1, 3, 5).reshape(b, G * G, 3 * p * p))
        x = torch.cat([self.cls.expand(b, -1, -1).to(x.dtype), x], 1)
        maps = []
        for number, block in enumerate(self.blocks):
            x = block(x, self.index)
            if number in TAPS:
                maps.append(x[:, 1:].transpose(1, 2).reshape(b, D, G, G))
        if args.layout == "last":
            maps = [m.contiguous(memory_format=torch.channels_last) for m in maps]
        maps = [level(m) for level, m in zip(self.levels, maps)]
        top = maps[3]
        joins = [unit(m) for unit, m in zip(self.laterals, maps)]
        joins.append(self.bottleneck(torch.cat([top] + [resize(pool(top), top.shape[2:]) for pool in self.pools], 1)))
        for i in (3, 2, 1):
            joins[i - 1] = joins[i - 1] + resize(joins[i], joins[i - 1].shape[2:])
        joins = [unit(m) for unit, m in zip(self.smoothing, joins)] + joins[3:]
        joins = [joins[0]] + [resize(m, joins[0].shape[2:]) for m in joins[1:]]
        return self.classifier(self.drop(self.fusion(torch.cat(joins, 1)))), self.auxiliary(maps[2])


model = Model().train()
if args.layout == "last":
    model = model.to(memory_format=torch.channels_last)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.05, fused=True)
pictures = torch.randn(args.batch, 3, args.image, args.image)
labels = torch.randint(0, args.classes, (args.batch, args.image, args.image))
labels[:, :10] = 255


def loss_of(pictures, labels):
    with torch.autocast("cpu", torch.bfloat16, enabled=args.dtype == "amp"):
        outputs = model(pictures)
    entropy = [F.cross_entropy(resize(x.float(), labels.shape[1:]), labels, ignore_index=255) for x in outputs]
    return entropy[0] + 0.4 * entropy[1]


if args.compile != "none":
    loss_of = torch.compile(loss_of)
times, losses = [], []
for number in range(args.warmup + args.steps):
    start = time.perf_counter()
    loss = loss_of(pictures, labels)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    losses.append(loss.item())
    if number >= args.warmup:
        times.append(time.perf_counter() - start)
print(json.dumps(dict(
    vars(args), params=sum(p.numel() for p in model.parameters()), step_s=round(statistics.median(times), 5), step_min=round(min(times), 5),
    step_max=round(max(times), 5), peak_rss_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    loss_first=round(losses[0], 4), loss_last=round(losses[-1], 4), torch=torch.__version__)))
