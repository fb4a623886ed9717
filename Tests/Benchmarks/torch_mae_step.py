#!/usr/bin/env python3
"""A step of MAE in PyTorch, for comparison with `mvp bench --method mae`.

Without --check it times steps of a config (visible patches gathered before they are embedded, decoder over all tokens, normalised pixels
of masked patches, AdamW) and prints one JSON line. With --check FILE, which `mvp bench --method M --config C --export FILE` wrote, it
computes the losses of the first steps again from the weights, pictures, masks and targets in the file, prints one JSON object, and fails
where a loss differs from the file's by more than --tolerance. Targets are taken from the file, codes too, so that no tie between two codes
is decided twice; heads are a linear layer, with a norm of its own or with BEiT v2's two further blocks, and MAE's decoder. CAE's regressor,
and losses beside cosine, mean squares and cross-entropy, are not made again here, and refused.

  mvp bench --method mae --config small-64 --export /tmp/mae.safetensors
  python3 Tests/Benchmarks/torch_mae_step.py --check /tmp/mae.safetensors
  python3 Tests/Benchmarks/torch_mae_step.py --config base-224 --dtype amp --compile default --attn math --threads 2
"""
import argparse
import json
import os
import resource
import statistics
import sys
import time

CONFIGS = {
    "tiny-32": dict(image=32, patch=4, width=192, depth=6, heads=3, batch=64),
    "small-64": dict(image=64, patch=8, width=384, depth=12, heads=6, batch=32),
    "base-224": dict(image=224, patch=16, width=768, depth=12, heads=12, batch=8),
}
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--check", metavar="FILE")
parser.add_argument("--tolerance", type=float, default=1e-4)
parser.add_argument("--config", choices=CONFIGS, default="small-64")
parser.add_argument("--batch", type=int)
parser.add_argument("--dtype", choices=["fp32", "amp"], default="fp32", help="amp: bf16 autocast, weights and AdamW in fp32")
parser.add_argument("--compile", choices=["none", "default", "max-autotune"], default="none")
parser.add_argument("--attn", choices=["sdpa", "math"], default="sdpa")
parser.add_argument("--prec", choices=["highest", "high", "medium"], default="medium", help="set_float32_matmul_precision")
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--warmup", type=int, default=2)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()
os.environ.setdefault("OMP_NUM_THREADS", str(args.threads))
started = time.perf_counter()
import torch
import torch.nn.functional as F

torch.set_num_threads(args.threads)
torch.set_float32_matmul_precision("highest" if args.check else args.prec)


def linear(x, w, name):
    return F.linear(x, w[f"{name}.weight"], w.get(f"{name}.bias"))


def norm(x, w, name, eps=1e-6):
    return F.layer_norm(x, (x.shape[-1],), w[f"{name}.weight"], w[f"{name}.bias"], eps)


def attention(q, k, v, bias):
    if args.attn == "sdpa":
        return F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)
    return torch.softmax(scores if bias is None else scores + bias, -1) @ v


def blocks(x, w, depth, heads, bias=None, early=0):
    """What the last block gives; with what the block of the number `early` gives, counted from 1 on, where one is named."""
    batch, count, width = x.shape
    kept = None
    for block in range(depth):
        at = f"blocks.{block}."
        y = norm(x, w, at + "norm1")
        if at + "attn.q_bias" in w:
            biases = torch.cat([w[at + "attn.q_bias"], torch.zeros(width), w[at + "attn.v_bias"]])
            qkv = F.linear(y, w[at + "attn.qkv.weight"], biases)
        else:
            qkv = linear(y, w, at + "attn.qkv")
        q, k, v = qkv.view(batch, count, 3, heads, width // heads).permute(2, 0, 3, 1, 4).unbind(0)
        y = linear(attention(q, k, v, bias).transpose(1, 2).reshape(batch, count, width), w, at + "attn.proj")
        x = x + (w[at + "gamma_1"] * y if at + "gamma_1" in w else y)
        y = linear(F.gelu(linear(norm(x, w, at + "norm2"), w, at + "mlp.fc1")), w, at + "mlp.fc2")
        x = x + (w[at + "gamma_2"] * y if at + "gamma_2" in w else y)
        kept = x if block + 1 == early else kept
    return (x, kept) if early else x


def cells(shape):
    """Patches down and across, of a picture whose size is a number or [height, width]."""
    sides = shape["image"] if isinstance(shape["image"], list) else [shape["image"]] * 2
    return sides[0] // shape["patch"], sides[1] // shape["patch"]


def sincos(grid, width):
    """MAE's: the column in the first half, the row in the second, sines before cosines; zeros for CLS."""
    omega = 1 / 10000 ** (torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    row, column = torch.meshgrid(torch.arange(grid[0]), torch.arange(grid[1]), indexing="ij")
    waves = [f(place.reshape(-1, 1).double() * omega) for place in (column, row) for f in (torch.sin, torch.cos)]
    return torch.cat([torch.zeros(1, width), torch.cat(waves, 1).float()])


def position_index(grid):
    """Rows of BEiT's table of relative positions for every two tokens."""
    height, width = grid
    span, tokens = 2 * width - 1, 1 + height * width
    offsets = span * (2 * height - 1)
    place = torch.arange(height * width)
    rows = place[:, None] // width - place[None] // width + height - 1
    columns = place[:, None] % width - place[None] % width + width - 1
    index = torch.empty(tokens, tokens, dtype=torch.long)
    index[1:, 1:] = rows * span + columns
    index[0, :], index[:, 0], index[0, 0] = offsets, offsets + 1, offsets + 2
    return index


def patchify(pixels, patch):
    batch, _, height, width = pixels.shape
    rows, columns = height // patch, width // patch
    return pixels.view(batch, 3, rows, patch, columns, patch).permute(0, 2, 4, 1, 3, 5).reshape(batch, rows * columns, -1)


def position_bias(w, shape):
    table = w.get("rel_pos_bias.relative_position_bias_table")
    return None if table is None else table[position_index(cells(shape))].permute(2, 0, 1)


def encode(patches, w, shape, fixed, mask=None, visible=None, early=0, normed=True):
    """Of the visible patches, [B, V] numbers, or of all with mask tokens in place; `early` as for blocks, before the final norm then."""
    batch, count, _ = patches.shape
    positions = w["pos_embed"].view(1 + count, -1) if "pos_embed" in w else fixed
    cls = w["cls_token"].view(1, 1, -1).expand(batch, 1, -1)
    if visible is not None:
        x = linear(torch.gather(patches, 1, visible[..., None].expand(-1, -1, patches.shape[-1])), w, "patch_embed.proj")
        x = torch.cat([cls, x], 1)
        if positions is not None:
            x = x + torch.cat([positions[:1].expand(batch, 1, -1), positions[1:][visible]], 1)
        bias = None
    else:
        x = linear(patches, w, "patch_embed.proj")
        x = torch.cat([cls, torch.where(mask[..., None], w["mask_token"].to(x.dtype), x)], 1)
        if positions is not None:
            x = x + positions
        bias = position_bias(w, shape)
    x = blocks(x, w, shape["depth"], shape["heads"], bias, early)
    return x if early or not normed else norm(x, w, "norm")


def decode(tokens, w, decoder, fixed, visible):
    x = linear(tokens, w, "embed")
    if visible is not None:
        batch, patches = x.shape[0], fixed.shape[0] - 1
        all_patches = w["mask_token"].view(1, 1, -1).expand(batch, patches, -1).to(x.dtype)
        all_patches = all_patches.scatter(1, visible[..., None].expand(-1, -1, x.shape[-1]), x[:, 1:])
        x = torch.cat([x[:, :1], all_patches], 1)
    x = blocks(x + fixed, w, decoder["depth"], decoder["heads"])
    return linear(norm(x, w, "norm"), w, "pred")


def groups(trained, decay):
    """BEiT's and MAE's: no decay for vectors, biases and positions; the mask token decays."""
    decays = [name.split(".")[-1] == "mask_token" or (tensor.ndim > 1 and name.split(".")[-1] not in ("pos_embed", "cls_token"))
              for name, tensor in trained]
    return [dict(params=[tensor for (_, tensor), yes in zip(trained, decays) if yes], weight_decay=decay),
            dict(params=[tensor for (_, tensor), yes in zip(trained, decays) if not yes], weight_decay=0.0)]


def aggregated(last, early, student, head, shape):
    """BEiT v2's: two blocks over the CLS token of the last block and the patches of an earlier one, and the student's final norm."""
    own = {name.replace("cls_pt_layers.", "blocks."): tensor for name, tensor in head.items()}
    x = torch.cat([last[:, :1], early[:, 1:]], 1)
    return norm(blocks(x, own, 2, shape["heads"], position_bias(student, shape)), student, "norm")


def linear_of(head, x):
    return F.linear(x, head["weight"], head.get("bias"))


def loss_of(kind, predictions, targets, counted):
    """Of the tokens that count; of codes those that have one."""
    if kind == "cross_entropy":
        codes = targets[..., 0].long()
        counted = counted & (codes >= 0) & (codes < predictions.shape[-1])
        return F.cross_entropy(predictions[counted], codes[counted])
    ours, target = predictions[counted], targets[counted]
    return -F.cosine_similarity(ours, target, dim=-1).mean() if kind == "cosine" else F.mse_loss(ours, target)


def check(path):
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        meta = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    if meta["head"] not in ("linear", "normed", "linear+cls", "decoder") or meta["loss"] not in ("cosine", "mse", "cross_entropy"):
        sys.exit(f"torch_mae_step: the head {meta['head']} with the loss {meta['loss']} (method {meta['method']}) is not made again here")
    size, decoder = json.loads(meta["size"]), json.loads(meta["decoder"])
    # The block whose patches BEiT v2's further ones take.
    early = (size["depth"] - 3 if size["depth"] >= 12 else max(1, 3 * size["depth"] // 4)) if meta["head"] == "linear+cls" else 0
    grid = cells(size)
    part = lambda prefix: {name[len(prefix):]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    student, head = part("student."), part(f"head.{meta['target']}.")
    trained = [(name, tensor.requires_grad_()) for name, tensor in list(student.items()) + list(head.items())]
    optimizer = torch.optim.AdamW(
        groups(trained, float(meta["weight_decay"])), lr=float(meta["learning_rate"]),
        betas=(float(meta["beta1"]), float(meta["beta2"])), eps=float(meta["epsilon"]))
    mean, std = (torch.tensor(json.loads(meta[f"student_{name}"])).view(1, 3, 1, 1) for name in ("mean", "std"))
    has_positions = meta["encoding"] == "sparse" or "rel_pos_bias.relative_position_bias_table" not in student
    fixed = sincos(grid, size["width"]) if has_positions else None
    pictures = sum(name.startswith("pixels.") for name in tensors)
    losses = []
    for step in range(int(meta["steps"])):
        mask = tensors[f"mask.{step}"] > 0.5
        visible = (~mask).nonzero()[:, 1].view(mask.shape[0], -1) if meta["encoding"] == "sparse" else None
        patches = patchify((tensors[f"pixels.{step % pictures}"] - mean) / std, size["patch"])
        cls = torch.ones(mask.shape[0], 1, dtype=torch.bool)
        counted = {"masked": torch.cat([~cls, mask], 1), "visible": torch.cat([~cls, ~mask], 1),
                   "cls+masked": torch.cat([cls, mask], 1), "all": torch.cat([cls, torch.ones_like(mask)], 1)}[meta["tokens"]]
        features = encode(patches, student, size, fixed, mask, visible, early, meta["head"] != "normed")
        if meta["head"] == "decoder":
            predictions = [decode(features, head, decoder, sincos(grid, decoder["width"]), visible)]
        elif meta["head"] == "linear+cls":
            last, kept = features
            predictions = [linear_of(head, norm(last, student, "norm")), linear_of(head, aggregated(last, kept, student, head, size))]
        else:
            predictions = [linear_of(head, norm(features, head, "norm") if meta["head"] == "normed" else features)]
        loss = sum(loss_of(meta["loss"], prediction, tensors[f"targets.{step}"], counted) for prediction in predictions)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    expected = json.loads(meta["losses"])[: len(losses)]
    worst = max(abs(a - b) for a, b in zip(expected, losses))
    print(json.dumps({"method": meta["method"], "torch": losses, "ours": expected, "largest_difference": worst}))
    if not worst <= args.tolerance:
        sys.exit(f"torch_mae_step: the losses differ by {worst:.2e}, more than {args.tolerance:g}")


def decoder_of(shape):
    """The usual decoder of `mvp`: MAE's 8 blocks of 512 with 16 heads, in proportion for smaller students."""
    heads = min(16, max(1, int(shape["width"] * 2 / 3 / 32 + 0.5)))
    return dict(depth=min(8, (2 * shape["depth"] + 2) // 3), width=32 * heads, heads=heads)


def fresh(shape, decoder):
    """Random weights of encoder and decoder."""
    torch.manual_seed(0)

    def layer(name, inputs, outputs):
        return {f"{name}.weight": torch.randn(outputs, inputs) * (2 / (inputs + outputs)) ** 0.5, f"{name}.bias": torch.zeros(outputs)}

    def normal(name, width):
        return {f"{name}.weight": torch.ones(width), f"{name}.bias": torch.zeros(width)}

    def stack(depth, width):
        w = {}
        for block in range(depth):
            at = f"blocks.{block}."
            w |= normal(at + "norm1", width) | layer(at + "attn.qkv", width, 3 * width) | layer(at + "attn.proj", width, width)
            w |= normal(at + "norm2", width) | layer(at + "mlp.fc1", width, 4 * width) | layer(at + "mlp.fc2", 4 * width, width)
        return w | normal("norm", width)

    values, width = 3 * shape["patch"] ** 2, shape["width"]
    student = {"cls_token": torch.randn(width) * 0.02} | layer("patch_embed.proj", values, width) | stack(shape["depth"], width)
    head = {"mask_token": torch.randn(decoder["width"]) * 0.02} | layer("embed", width, decoder["width"])
    head |= stack(decoder["depth"], decoder["width"]) | layer("pred", decoder["width"], values)
    for tensor in list(student.values()) + list(head.values()):
        tensor.requires_grad_()
    return student, head


def measure():
    shape = dict(CONFIGS[args.config])
    shape["batch"] = args.batch or shape["batch"]
    decoder, amp = decoder_of(shape), args.dtype == "amp"
    grid, batch = shape["image"] // shape["patch"], shape["batch"]
    patches_each, seen = grid * grid, int(grid * grid * 0.25)
    student, head = fresh(shape, decoder)
    fixed, decoder_fixed = sincos((grid, grid), shape["width"]), sincos((grid, grid), decoder["width"])
    trained = list(student.items()) + list(head.items())
    optimizer = torch.optim.AdamW(groups(trained, 0.05), lr=1.5e-3, betas=(0.9, 0.98), fused=True)

    def loss_of(pixels, visible, masked):
        patches = patchify(pixels, shape["patch"])
        target = torch.gather(patches, 1, masked[..., None].expand(-1, -1, patches.shape[-1]))
        target = (target - target.mean(-1, keepdim=True)) / (target.var(-1, keepdim=True) + 1e-6) ** 0.5
        with torch.autocast("cpu", torch.bfloat16, enabled=amp):
            tokens = encode(patches, student, shape, fixed, visible=visible)
            prediction = decode(tokens, head, decoder, decoder_fixed, visible)[:, 1:]
        prediction = torch.gather(prediction, 1, masked[..., None].expand(-1, -1, prediction.shape[-1]))
        return F.mse_loss(prediction.float(), target)

    if args.compile != "none":
        loss_of = torch.compile(loss_of, mode=None if args.compile == "default" else "max-autotune")
    orders = [torch.stack([torch.randperm(patches_each) for _ in range(batch)]) for _ in range(2)]
    data = [(torch.rand(batch, 3, shape["image"], shape["image"]), order[:, :seen].sort(1)[0], order[:, seen:].sort(1)[0])
            for order in orders]

    def step(number):
        loss = loss_of(*data[number % 2])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss.item()

    setup = time.perf_counter() - started
    for number in range(max(1, args.warmup)):
        first = step(number)
    times = []
    for number in range(args.steps):
        begin = time.perf_counter()
        last = step(number)
        times.append(time.perf_counter() - begin)
    middle = statistics.median(times)
    print(json.dumps(dict(
        method="mae", config=args.config, dtype=args.dtype, compile=args.compile, attn=args.attn, prec=args.prec, threads=args.threads,
        batch=batch, tokens=1 + patches_each, visible=seen, decoder=decoder, params=sum(t.numel() for _, t in trained),
        step_s=round(middle, 5), step_min=round(min(times), 5), step_max=round(max(times), 5), images_per_s=round(batch / middle, 3),
        setup_s=round(setup, 2), peak_rss_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        loss_first=round(first, 5), loss_last=round(last, 5), torch=torch.__version__)), flush=True)


check(args.check) if args.check else measure()
