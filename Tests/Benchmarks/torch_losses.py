#!/usr/bin/env python3
"""The losses of the first pre-training steps in PyTorch, from the weights, pictures and masks that `mvp bench --export` wrote.

Prints one JSON object: {"losses": [...]}. With --against FILE.json (what `mvp bench --json` printed for the same sizes) it compares, and
fails where a loss differs by more than --tolerance. With --fixture DIR it writes what the test of this comparison reads.

  mvp bench --config tiny-32 --export /tmp/step.safetensors
  mvp bench --config tiny-32 --warmup 1 --steps 2 --json > /tmp/ours.json
  python3 Tests/Benchmarks/torch_losses.py /tmp/step.safetensors --against /tmp/ours.json
"""
import argparse
import json
import pathlib
import shutil
import sys

import torch
import torch.nn.functional as F
from safetensors import safe_open

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("file")
parser.add_argument("--against")
parser.add_argument("--tolerance", type=float, default=1e-4)
parser.add_argument("--fixture", help="folder to copy the file to, with the losses beside it")
args = parser.parse_args()
torch.set_float32_matmul_precision("highest")

with safe_open(args.file, "pt") as file:
    metadata = file.metadata()
    tensors = {name: file.get_tensor(name) for name in file.keys()}
size = json.loads(metadata["size"])
patch, heads, depth, width = size["patch"], size["heads"], size["depth"], size["width"]


def statistics(which):
    return (torch.tensor(json.loads(metadata[f"{which}_{name}"])).view(1, 3, 1, 1) for name in ("mean", "std"))


def patches(pixels, which):
    mean, std = statistics(which)
    batch, _, height, wide = pixels.shape
    rows, columns = height // patch, wide // patch
    cut = ((pixels - mean) / std).view(batch, 3, rows, patch, columns, patch)
    return cut.permute(0, 2, 4, 1, 3, 5).reshape(batch, rows * columns, 3 * patch * patch)


def linear(x, weights, name):
    return F.linear(x, weights[f"{name}.weight"], weights.get(f"{name}.bias"))


def norm(x, weights, name, eps):
    return F.layer_norm(x, (width,), weights[f"{name}.weight"], weights[f"{name}.bias"], eps)


def features(pixels, weights, which, mask, eps):
    x = linear(patches(pixels, which), weights, "patch_embed.proj")
    batch, count, _ = x.shape
    if mask is not None:
        x = torch.where(mask[..., None] > 0.5, weights["mask_token"], x)
    x = torch.cat([weights["cls_token"].expand(batch, 1, width), x], 1) + weights["pos_embed"]
    if "norm_pre.weight" in weights:
        x = norm(x, weights, "norm_pre", eps)
    for block in range(depth):
        at = f"blocks.{block}."
        h = linear(norm(x, weights, at + "norm1", eps), weights, at + "attn.qkv")
        q, k, v = h.view(batch, count + 1, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        p = torch.softmax(q @ k.transpose(-2, -1) * (width // heads) ** -0.5, -1)
        h = linear((p @ v).transpose(1, 2).reshape(batch, count + 1, width), weights, at + "attn.proj")
        x = x + weights.get(at + "gamma_1", 1) * h
        h = linear(norm(x, weights, at + "norm2", eps), weights, at + "mlp.fc1")
        h = h * torch.sigmoid(1.702 * h) if which == "teacher" else F.gelu(h)
        x = x + weights.get(at + "gamma_2", 1) * linear(h, weights, at + "mlp.fc2")
    return norm(x, weights, "norm", eps)


def part(prefix):
    return {name[len(prefix):]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}


student, head, teacher = part("student."), part("head.clip."), part("teacher.")
trained = list(student.items()) + [(f"head.{name}", tensor) for name, tensor in head.items()]
for _, tensor in trained:
    tensor.requires_grad_()
# BEiT's groups: no decay for vectors, positions and CLS; the mask token decays.
decays = {name: name == "mask_token" or (tensor.ndim > 1 and name not in ("pos_embed", "cls_token")) for name, tensor in trained}
optimizer = torch.optim.AdamW(
    [dict(params=[tensor for name, tensor in trained if decays[name]], weight_decay=0.05),
     dict(params=[tensor for name, tensor in trained if not decays[name]], weight_decay=0.0)],
    lr=1.5e-3, betas=(0.9, 0.98), eps=1e-8)

losses = []
for step in range(int(metadata["steps"])):
    pixels, mask = tensors[f"pixels.{step % 2}"], tensors[f"mask.{step}"]
    with torch.no_grad():
        target = F.linear(features(pixels, teacher, "teacher", None, 1e-5), teacher["head.weight"])
    prediction = linear(features(pixels, student, "student", mask, 1e-6), {f"h.{k}": v for k, v in head.items()}, "h")
    loss = -F.cosine_similarity(prediction, target, dim=-1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

if args.fixture:
    folder = pathlib.Path(args.fixture)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(args.file, folder / "step.safetensors")
    (folder / "step.json").write_text(json.dumps({"torch": torch.__version__, "losses": losses}, indent=1) + "\n")
if not args.against:
    print(json.dumps({"losses": losses}))
    sys.exit()
ours = json.loads(pathlib.Path(args.against).read_text())["losses"][: len(losses)]
worst = max(abs(a - b) for a, b in zip(ours, losses))
print(json.dumps({"torch": losses, "ours": ours, "largest_difference": worst}))
if len(ours) < len(losses) or not worst <= args.tolerance:
    sys.exit(f"torch_losses: the losses differ by {worst:.2e}, more than {args.tolerance:g}")
