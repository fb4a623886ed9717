#!/usr/bin/env python3
"""Times one training step of `mvp bench` against PyTorch's, in turn (A B A B ...), whole processes, and prints the ratios.

PyTorch runs at the best setting that is found: allocator (its own, glibc kept from giving memory back, tcmalloc where it is found),
attention written out or fused, torch.compile or not, and for float32 products by MKL (precision "highest") or oneDNN ("medium", which
computes in bfloat16 on a CPU with AMX and is left out there). `--tune` tries them all for each cell and remembers the best for this
CPU in torch_best.json; without a remembered one the usual setting is used, which trials by hand found. Results are added to history.jsonl.

  python3 Tests/Benchmarks/compare.py --tune --cells tiny-32:fp32
  python3 Tests/Benchmarks/compare.py                              # all six cells, 5 pairs each
  python3 Tests/Benchmarks/compare.py --task finetune --cells small-64:fp32 small-64:bf16
  python3 Tests/Benchmarks/compare.py --task mae --cells small-64:fp32 base-224:fp32
"""
import argparse
import datetime
import glob
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
configs, dtypes = ("tiny-32", "small-64", "base-224"), ("fp32", "bf16")
targets = {
    "pretrain": {"tiny-32": (0.80, 0.72), "small-64": (0.85, 0.82), "base-224": (0.90, 0.87)},
    "finetune": {"tiny-32": (0.90, 0.90), "small-64": (0.90, 0.90), "base-224": (0.90, 0.90)},
    "mae": {"tiny-32": (0.85, 0.85), "small-64": (0.85, 0.85), "base-224": (0.85, 0.85)},
}
scripts = {"pretrain": "torch_step.py", "finetune": "torch_finetune.py", "mae": "torch_mae_step.py"}
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--task", choices=scripts, default="pretrain")
parser.add_argument("--cells", nargs="*", default=[f"{c}:{d}" for c in configs for d in dtypes], help="CONFIG:DTYPE")
parser.add_argument("--pairs", type=int, default=5)
parser.add_argument("--steps", type=int, help="measured steps of a run; by default 12, 6 or 3 by size")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--backend", default="auto")
parser.add_argument("--mvp", default=str(root / ".build/release/mvp"))
parser.add_argument("--python", default=sys.executable, help="the Python that has torch")
parser.add_argument("--tcmalloc", help="libtcmalloc*.so; looked for where it is not given")
parser.add_argument("--compile", nargs="*", default=["none", "default"], help="torch.compile modes that --tune tries")
parser.add_argument("--tune", action="store_true")
parser.add_argument("--no-history", action="store_true")
args = parser.parse_args()

tcmalloc = args.tcmalloc or next(iter(glob.glob("/usr/lib/*/libtcmalloc*.so*")), None)
allocators = {"stock": {}, "glibc-keep": {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "-1", "MALLOC_TOP_PAD_": "67108864"}}
if tcmalloc:
    allocators["tcmalloc"] = {"LD_PRELOAD": tcmalloc, "TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD": "1000000000000"}


cpu = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in open("/proc/cpuinfo"))}
machine = f"{cpu.get('vendor_id', 'unknown')} {cpu.get('cpu family', '')}-{cpu.get('model', '')}"
has_tiles = "amx_bf16" in cpu.get("flags", "")


def run(command, environment=()):
    env = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "LD_PRELOAD")}
    env.update(environment)
    result = subprocess.run([str(part) for part in command], env=env, capture_output=True, text=True)
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    if result.returncode != 0 or not lines:
        raise SystemExit(f"compare: {' '.join(map(str, command))} failed:\n{result.stderr[-2000:]}")
    return json.loads(lines[-1])


def steps(config):
    return args.steps or {"tiny-32": 12, "small-64": 6}.get(config, 3)


def ours(config, dtype):
    what = ["--method", "mae"] if args.task == "mae" else ["--task", args.task]
    return run([args.mvp, "bench", *what, "--config", config, "--dtype", dtype, "--backend", args.backend, "--threads", args.threads,
                "--steps", steps(config), "--json"])


def torch(config, dtype, setting, count=None):
    return run([args.python, here / scripts[args.task], "--config", config, "--dtype", "amp" if dtype == "bf16" else "fp32",
                "--attn", setting["attn"], "--compile", setting["compile"], "--prec", setting["prec"], "--threads", args.threads,
                "--steps", count or steps(config)], allocators[setting["allocator"]].items())


def precisions(dtype):
    if dtype == "bf16" or has_tiles:
        return ("medium",) if dtype == "bf16" else ("highest",)
    return ("medium", "highest") if "AMD" in machine else ("highest", "medium")  # the likelier one first


def tuned(config, dtype):
    best = None
    for allocator, attn, mode, prec in itertools.product(allocators, ("math", "sdpa"), args.compile, precisions(dtype)):
        setting = dict(allocator=allocator, attn=attn, compile=mode, prec=prec)
        seconds = torch(config, dtype, setting, count=max(2, steps(config) // 2))["step_s"]
        print(f"  {config} {dtype} {allocator:10} {attn:4} compile={mode:7} {prec:7} {seconds * 1000:8.1f} ms", flush=True)
        if best is None or seconds < best[0]:
            best = (seconds, setting)
    return best[1]


args.threads = str(args.threads)
best_file = here / "torch_best.json"
remembered = json.loads(best_file.read_text()) if best_file.exists() else {}
best = remembered.setdefault(machine, {})
cells = [cell.split(":") for cell in args.cells]
for config, dtype in cells:
    if config not in configs or dtype not in dtypes:
        raise SystemExit(f"compare: {config}:{dtype} is no cell; give one of {configs} and one of {dtypes}, as tiny-32:fp32")
rows = []
for config, dtype in cells:
    key = ("" if args.task == "pretrain" else args.task + ":") + f"{config}:{dtype}:{args.threads}"
    if args.tune:
        best[key] = tuned(config, dtype)
        best_file.write_text(json.dumps(remembered, indent=1, sort_keys=True) + "\n")
    usual = dict(allocator="tcmalloc" if tcmalloc else "glibc-keep", attn="math", compile="default" if dtype == "bf16" else "none",
                 prec=precisions(dtype)[0])
    setting = best.get(key, usual)
    if setting["allocator"] not in allocators:
        raise SystemExit(f"compare: the best setting of {key} needs {setting['allocator']}; give --tcmalloc FILE or --tune again")
    pairs = []
    for _ in range(args.pairs):
        pairs.append((ours(config, dtype), torch(config, dtype, setting)))
    ratios = [a["step_s"] / b["step_s"] for a, b in pairs]
    memory = [a["peak_rss_mb"] / b["peak_rss_mb"] for a, b in pairs]
    middle = lambda which, name: statistics.median(pair[which][name] for pair in pairs)
    rows.append(dict(
        task=args.task, config=config, dtype=dtype, threads=int(args.threads), pairs=args.pairs, ratio=round(statistics.median(ratios), 3),
        ratio_min=round(min(ratios), 3), ratio_max=round(max(ratios), 3), ours_s=round(middle(0, "step_s"), 4),
        torch_s=round(middle(1, "step_s"), 4), percent_of_peak=round(middle(0, "percent_of_peak"), 1),
        memory_ratio=round(statistics.median(memory), 3), ours_mb=round(middle(0, "peak_rss_mb")),
        torch_mb=round(middle(1, "peak_rss_mb")), allocations=max(a["allocations_after_warmup"] for a, _ in pairs),
        start_s=round(middle(0, "start_to_first_step_s"), 2), backend=pairs[0][0]["backend"], torch=setting))
    print(json.dumps(rows[-1]), flush=True)

print("\n| cell | ours ms | torch ms | ratio (range) | wanted | % of peak | MB ours / torch | memory ratio |\n|---|---|---|---|---|---|---|---|")
for row in rows:
    wanted = targets[args.task][row["config"]][row["dtype"] == "bf16"]
    print(f"| {row['config']} {row['dtype']} | {row['ours_s'] * 1000:.1f} | {row['torch_s'] * 1000:.1f} | {row['ratio']:.2f} "
          f"({row['ratio_min']:.2f} to {row['ratio_max']:.2f}) | {wanted:.2f} | {row['percent_of_peak']:.0f} | "
          f"{row['ours_mb']} / {row['torch_mb']} | {row['memory_ratio']:.2f} |")
if not args.no_history and rows:
    commit = subprocess.run(["git", "-C", root, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    entry = dict(date=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), commit=commit,
                 machine=f"{cpu.get('model name', 'unknown')} ({machine}), {os.cpu_count()} cores", cells=rows)
    with open(here / "history.jsonl", "a") as history:
        history.write(json.dumps(entry) + "\n")
