#!/usr/bin/env python3
"""PyTorch anchor: one MVP pre-training step (frozen CLIP-like teacher fwd + BEiT-style student fwd/bwd + AdamW).

Prints one JSON line. On a GPU pictures come from pinned memory, and the step's time is the mean over all: no step waits for its loss.
Examples: torch_step.py --config base-224 --dtype amp --compile default --steps 5 --threads 2
          torch_step.py --config base-224 --batch 256 --device cuda --dtype amp --compile default --steps 20 --warmup 5
"""
import argparse, json, os, resource, statistics, time

CONFIGS = {  # image, patch, dim, depth, heads, batch, teacher output dim (teacher has the student's size)
    "tiny-32":  dict(image=32,  patch=4,  dim=192, depth=6,  heads=3,  batch=64, out=192),
    "small-64": dict(image=64,  patch=8,  dim=384, depth=12, heads=6,  batch=32, out=384),
    "base-224": dict(image=224, patch=16, dim=768, depth=12, heads=12, batch=8,  out=512),
}
ap = argparse.ArgumentParser()
ap.add_argument("--config", choices=CONFIGS, default="tiny-32")
ap.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
ap.add_argument("--batch", type=int, help="overrides the config's batch")
ap.add_argument("--depth", type=int, help="overrides the config's depth")
ap.add_argument("--dtype", choices=["fp32", "amp"], default="fp32",
                help="amp: student under bf16 autocast (fp32 weights, AdamW in fp32), teacher weights in bf16")
ap.add_argument("--compile", choices=["none", "default", "max-autotune"], default="none")
ap.add_argument("--attn", choices=["sdpa", "math"], default="sdpa")
ap.add_argument("--optim", choices=["fused", "foreach", "loop"], default="fused")
ap.add_argument("--clip", type=float, default=0.0, help="gradient norm clip, 0 = none")
ap.add_argument("--teacher", type=int, choices=[0, 1], default=1, help="0: random targets, no teacher forward")
ap.add_argument("--prec", choices=["highest", "high", "medium"], default="medium",
                help="set_float32_matmul_precision. On AMD, highest = MKL's AVX2 path (half speed); medium = oneDNN, which without AMX\n"
                     "still computes in fp32 (checked with ONEDNN_VERBOSE=1: brg_matmul:avx512_core, src:f32)")
ap.add_argument("--steps", type=int, default=5)
ap.add_argument("--warmup", type=int, default=2)
ap.add_argument("--threads", type=int, default=2)
ap.add_argument("--phases", action="store_true", help="also time teacher / fwd+bwd / optimizer")
args = ap.parse_args()
os.environ.setdefault("OMP_NUM_THREADS", str(args.threads))
t_start = time.perf_counter()
import torch, torch.nn as nn, torch.nn.functional as F
torch.set_num_threads(args.threads); torch.manual_seed(0); torch.set_float32_matmul_precision(args.prec)
on_gpu = args.device.startswith("cuda")
c = dict(CONFIGS[args.config]); c["batch"] = args.batch or c["batch"]; c["depth"] = args.depth or c["depth"]
P = (c["image"] // c["patch"]) ** 2; N = P + 1; D = c["dim"]; B = c["batch"]; HD = D // c["heads"]
n_mask = P * 75 // 196

class Block(nn.Module):
    def __init__(s, d, heads, teacher):
        super().__init__(); s.h, s.teacher = heads, teacher
        s.n1, s.n2 = nn.LayerNorm(d, eps=1e-6), nn.LayerNorm(d, eps=1e-6)
        s.qkv, s.proj, s.fc1, s.fc2 = nn.Linear(d, 3 * d), nn.Linear(d, d), nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
        if not teacher: s.g1, s.g2 = nn.Parameter(0.1 * torch.ones(d)), nn.Parameter(0.1 * torch.ones(d))
    def attn(s, x):
        b, n, d = x.shape
        q, k, v = s.qkv(x).view(b, n, 3, s.h, d // s.h).permute(2, 0, 3, 1, 4).unbind(0)
        if args.attn == "sdpa": o = F.scaled_dot_product_attention(q, k, v)
        else: o = torch.softmax((q * (d // s.h) ** -0.5) @ k.transpose(-2, -1), -1) @ v
        return s.proj(o.transpose(1, 2).reshape(b, n, d))
    def mlp(s, x):
        h = s.fc1(x)
        return s.fc2(h * torch.sigmoid(1.702 * h) if s.teacher else F.gelu(h))  # CLIP: QuickGELU
    def forward(s, x):
        if s.teacher:
            x = x + s.attn(s.n1(x)); return x + s.mlp(s.n2(x))
        x = x + s.g1 * s.attn(s.n1(x)); return x + s.g2 * s.mlp(s.n2(x))

class ViT(nn.Module):
    def __init__(s, teacher):
        super().__init__(); s.teacher = teacher; p = c["patch"]
        s.embed = nn.Linear(3 * p * p, D, bias=not teacher)
        s.cls, s.pos = nn.Parameter(torch.randn(1, 1, D) * .02), nn.Parameter(torch.randn(1, N, D) * .02)
        if teacher: s.pre = nn.LayerNorm(D)
        else: s.mask = nn.Parameter(torch.randn(1, 1, D) * .02)
        s.blocks = nn.ModuleList(Block(D, c["heads"], teacher) for _ in range(c["depth"]))
        s.norm, s.head = nn.LayerNorm(D, eps=1e-6), nn.Linear(D, c["out"], bias=not teacher)
    def forward(s, img, mask=None):
        b, p, g = img.shape[0], c["patch"], c["image"] // c["patch"]
        x = s.embed(img.view(b, 3, g, p, g, p).permute(0, 2, 4, 1, 3, 5).reshape(b, P, 3 * p * p))
        if mask is not None: x = torch.where(mask[..., None], s.mask.to(x.dtype), x)
        x = torch.cat([s.cls.expand(b, -1, -1).to(x.dtype), x], 1) + s.pos
        if s.teacher: x = s.pre(x)
        for blk in s.blocks: x = blk(x)
        return s.head(s.norm(x))

amp = args.dtype == "amp"
student, teacher = ViT(False).to(args.device), ViT(True).to(args.device).requires_grad_(False).eval()
if amp: teacher = teacher.bfloat16()
decay = [p for p in student.parameters() if p.ndim == 2]; rest = [p for p in student.parameters() if p.ndim != 2]
opt = torch.optim.AdamW([dict(params=decay, weight_decay=.05), dict(params=rest, weight_decay=0.)], lr=1.5e-3, betas=(.9, .98),
                        **{"fused": dict(fused=True), "foreach": dict(foreach=True), "loop": dict(foreach=False)}[args.optim])

@torch.no_grad()
def teach(img): return teacher(img.bfloat16() if amp else img)
def loss_fn(img, mask, target):
    with torch.autocast("cuda" if on_gpu else "cpu", torch.bfloat16, enabled=amp): pred = student(img, mask)
    return -F.cosine_similarity(pred.float(), target.float(), dim=-1).mean()
if args.compile != "none":
    mode = None if args.compile == "default" else "max-autotune"
    teach, loss_fn = torch.compile(teach, mode=mode), torch.compile(loss_fn, mode=mode)

data = [(torch.randn(B, 3, c["image"], c["image"]), torch.stack([torch.randperm(P) < n_mask for _ in range(B)])) for _ in range(2)]
if on_gpu: data = [tuple(part.pin_memory() for part in batch) for batch in data]
ph = {"teacher": [], "fwdbwd": [], "optim": []}
def step(i):
    t0 = time.perf_counter()
    img, mask = (part.to(args.device, non_blocking=True) for part in data[i % 2])
    target = teach(img) if args.teacher else torch.ones(B, N, c["out"], device=args.device); t1 = time.perf_counter()
    loss = loss_fn(img, mask, target); loss.backward(); t2 = time.perf_counter()
    if args.clip: nn.utils.clip_grad_norm_(student.parameters(), args.clip)
    opt.step(); opt.zero_grad(set_to_none=True); t3 = time.perf_counter()
    for k, v in zip(ph, (t1 - t0, t2 - t1, t3 - t2)): ph[k].append(v)
    return loss.detach() if on_gpu else loss.item()

def synchronize():
    if on_gpu: torch.cuda.synchronize(args.device)

t0 = time.perf_counter()
for i in range(max(1, args.warmup)): first = step(i)
synchronize()
warm = time.perf_counter() - t0
times, begin = [], time.perf_counter()
for i in range(args.steps):
    t = time.perf_counter(); last = step(i); times.append(time.perf_counter() - t)
synchronize()
whole = time.perf_counter() - begin
first, last = float(first), float(last)
# FLOPs of the matrix products (2 per multiply-add): linear layers + attention; backward = 2x forward, less dX of the
# patch embedding
emb = 2 * B * P * 3 * c["patch"] ** 2 * D
fwd = emb + B * N * (c["depth"] * (24 * D * D + 4 * N * D) + 2 * D * c["out"])
flops = 3 * fwd - emb + (fwd if args.teacher else 0)
med = whole / args.steps if on_gpu else statistics.median(times)
out = dict(config=args.config, device=args.device, dtype=args.dtype, compile=args.compile, attn=args.attn, optim=args.optim, prec=args.prec, threads=args.threads, batch=B, tokens=N,
           params=sum(p.numel() for p in student.parameters()), gflop=round(flops / 1e9, 3), step_s=round(med, 5),
           step_min=round(min(times), 5), step_max=round(max(times), 5), steps_per_s=round(1 / med, 4), images_per_s=round(B / med, 3),
           gflops=round(flops / med / 1e9, 2), warmup_s=round(warm, 2), setup_s=round(t0 - t_start, 2),
           peak_rss_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), loss_first=round(first, 5), loss_last=round(last, 5),
           torch=torch.__version__)
if on_gpu: out.update(gpu=torch.cuda.get_device_name(args.device), peak_gpu_mb=round(torch.cuda.max_memory_allocated(args.device) / 2**20))
if args.phases: out["phases_s"] = {k: round(statistics.median(v[args.warmup:]), 5) for k, v in ph.items()}
print(json.dumps(out), flush=True)
