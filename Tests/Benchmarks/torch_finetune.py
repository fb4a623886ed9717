#!/usr/bin/env python3
"""PyTorch anchor: one fine-tuning step on CPU, timm's vision transformer by BEiT's recipe (mean of the patches with fc_norm, layer
decay .65, mixup or cutmix with soft targets, drop path .1, AdamW), as `mvp bench --task finetune` makes it. Prints one JSON line.

  torch_finetune.py --config small-64 --dtype amp --steps 6
  torch_finetune.py --check FILE      # FILE of `mvp bench --task finetune --export`: the first steps' losses, made again

What is timed begins with mixed pictures in memory, and ours mixes within the step.
"""
import argparse, json, os, resource, statistics, time

CONFIGS = {  # image, patch, dim, depth, heads, batch
    "tiny-32":  dict(image=32,  patch=4,  width=192, depth=6,  heads=3,  batch=64),
    "small-64": dict(image=64,  patch=8,  width=384, depth=12, heads=6,  batch=32),
    "base-224": dict(image=224, patch=16, width=768, depth=12, heads=12, batch=8),
}
ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--config", choices=CONFIGS, default="tiny-32")
ap.add_argument("--dtype", choices=["fp32", "amp"], default="fp32", help="amp: under bf16 autocast, weights and AdamW in fp32")
ap.add_argument("--compile", choices=["none", "default", "max-autotune"], default="none")
ap.add_argument("--attn", choices=["sdpa", "math"], default="sdpa")
ap.add_argument("--prec", choices=["highest", "high", "medium"], default="medium")
ap.add_argument("--steps", type=int, default=5)
ap.add_argument("--warmup", type=int, default=2)
ap.add_argument("--threads", type=int, default=2)
ap.add_argument("--check", help="a file that `mvp bench --task finetune --export` wrote")
args = ap.parse_args()
os.environ.setdefault("OMP_NUM_THREADS", str(args.threads))
os.environ["TIMM_FUSED_ATTN"] = "1" if args.attn == "sdpa" else "0"
import torch, torch.nn.functional as F
from timm.models.vision_transformer import VisionTransformer

torch.set_num_threads(args.threads)
torch.manual_seed(0)
torch.set_float32_matmul_precision(args.prec)
CLASSES = 1000


def model_of(c, drop_path):
    return VisionTransformer(img_size=c["image"], patch_size=c["patch"], embed_dim=c["width"], depth=c["depth"], num_heads=c["heads"],
                             num_classes=CLASSES, global_pool="avg", init_values=0.1, drop_path_rate=drop_path, class_token=True)


def layer_scale(name, depth, rate=0.65):
    parts = name.split(".")
    layer = 0 if parts[0] in ("cls_token", "pos_embed", "patch_embed") else int(parts[1]) + 1 if parts[0] == "blocks" else depth + 1
    return rate ** (depth + 1 - layer)


def loss_of(logits, targets):
    return torch.sum(-targets * F.log_softmax(logits.to(targets.dtype), dim=-1), dim=-1).mean()


if args.check:
    from safetensors import safe_open

    file = safe_open(args.check, "pt")
    meta = file.metadata()
    # Products of "medium" precision are bfloat16's on some CPUs.
    exact = torch.float32 if meta["dtype"] == "bf16" else torch.float64
    torch.set_default_dtype(exact)
    size, scales, wanted = (json.loads(meta[key]) for key in ("size", "scale_and_decay", "losses"))
    model = model_of(size, 0.0)
    weights = {name[6:]: file.get_tensor(name).to(exact) for name in file.keys() if name.startswith("model.")}
    timms = lambda name: name.replace(".gamma_1", ".ls1.gamma").replace(".gamma_2", ".ls2.gamma")  # BEiT's, as timm has them
    weights, scales = {timms(k): v for k, v in weights.items()}, {timms(k): v for k, v in scales.items()}
    own = model.state_dict()
    weights = {name: value.reshape(own[name].shape) if name in own else value for name, value in weights.items()}
    model.load_state_dict(weights)
    groups = [dict(params=[p], lr=float(meta["learning_rate"]) * scales[name][0], weight_decay=scales[name][1])
              for name, p in model.named_parameters()]
    for name, p in model.named_parameters():
        assert abs(scales[name][0] - layer_scale(name, size["depth"])) < 1e-6, name
    optimizer = torch.optim.AdamW(groups, betas=(float(meta["beta1"]), float(meta["beta2"])), eps=float(meta["epsilon"]))
    mean, std = (torch.tensor(json.loads(meta[key])).view(1, 3, 1, 1) for key in ("mean", "std"))
    worst = 0.0
    for step, theirs in enumerate(wanted):
        inputs, targets, drop, mixing, labels = (
            file.get_tensor(f"{name}.{step}").to(exact) for name in ("inputs", "targets", "drop", "mixing", "labels"))
        pixels, kind, share = file.get_tensor(f"pixels.{step}").to(exact), int(mixing[0]), float(mixing[1])
        # Targets from labels and the share, as timm's Mixup makes them.
        hot = lambda rows: torch.full((len(rows), CLASSES), 0.1 / CLASSES).scatter_add_(
            1, rows.long().view(-1, 1), torch.full((len(rows), 1), 0.9))
        again = hot(labels) * share + hot(labels.flip(0)) * (1 - share) if kind else hot(labels)
        assert torch.allclose(again, targets, atol=1e-5), f"targets of step {step}"
        if kind == 1:  # where neither picture was erased, the mixture is that of the pictures
            mixed = pixels * share + pixels.flip(0) * (1 - share)
            same = (mixed - inputs).abs() < 1e-5
            assert same.float().mean() > 0.5, f"inputs of step {step}"
        for block, keep in zip(model.blocks, drop):
            for place, k in (("drop_path1", keep[0]), ("drop_path2", keep[1])):
                module = torch.nn.Identity()
                module.forward = lambda x, k=k: x * k.view(-1, 1, 1)
                setattr(block, place, module)
        with torch.autocast("cpu", torch.bfloat16, enabled=meta["dtype"] == "bf16"):
            logits = model((inputs - mean) / std)
        loss = loss_of(logits, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        worst = max(worst, abs(loss.item() - theirs))
        print(f"step {step + 1}: ours {theirs:.6f}, torch {loss.item():.6f}")
    allowed = 2e-2 if meta["dtype"] == "bf16" else 2e-4
    print(f"largest difference {worst:.2e}, allowed {allowed:.0e}")
    raise SystemExit(0 if worst < allowed else 1)

c = CONFIGS[args.config]
amp = args.dtype == "amp"
model = model_of(c, 0.1)
model.train()
skips = model.no_weight_decay()
groups = [dict(params=[p], lr=4e-3 * layer_scale(name, c["depth"]), weight_decay=0.05 if p.ndim > 1 and name not in skips else 0.0)
          for name, p in model.named_parameters()]
optimizer = torch.optim.AdamW(groups, fused=True)


def loss_fn(pixels, targets):
    with torch.autocast("cpu", torch.bfloat16, enabled=amp):
        logits = model(pixels)
    return loss_of(logits, targets)


if args.compile != "none":
    loss_fn = torch.compile(loss_fn, mode=None if args.compile == "default" else "max-autotune")
data = [(torch.randn(c["batch"], 3, c["image"], c["image"]), torch.softmax(torch.randn(c["batch"], CLASSES), -1)) for _ in range(2)]


def step(i):
    loss = loss_fn(*data[i % 2])
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


for i in range(max(1, args.warmup)):
    step(i)
times = []
for i in range(args.steps):
    start = time.perf_counter()
    step(i)
    times.append(time.perf_counter() - start)
print(json.dumps(dict(
    task="finetune", config=args.config, dtype=args.dtype, compile=args.compile, attn=args.attn, prec=args.prec, threads=args.threads,
    batch=c["batch"], params=sum(p.numel() for p in model.parameters()), step_s=round(statistics.median(times), 5),
    step_min=round(min(times), 5), step_max=round(max(times), 5),
    peak_rss_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), torch=torch.__version__)), flush=True)
