#!/usr/bin/env python3
"""How a step's time, memory and share of the peak grow with batch, tokens, depth and threads; prints Markdown tables.

  python3 Tests/Benchmarks/scaling.py --dtype fp32
"""
import argparse
import json
import os
import pathlib
import subprocess

root = pathlib.Path(__file__).resolve().parent.parent.parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--mvp", default=str(root / ".build/release/mvp"))
parser.add_argument("--dtype", default="fp32")
parser.add_argument("--backend", default="auto")
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--tables", nargs="*", default=["batch", "tokens", "depth"])
args = parser.parse_args()
env = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}

tables = {
    "batch": ("ViT d192 L6 h3, 32 px, patch 4, 65 tokens", "batch", [1, 2, 4, 8, 16, 32, 64, 128], lambda n: ["--batch", n]),
    "tokens": ("ViT d192 L6 h3, patch 4, batch 8", "tokens", [65, 257, 577, 1025],
               lambda n: ["--image-size", round((n - 1) ** 0.5) * 4, "--batch", 8]),
    "depth": ("ViT d192 h3, 32 px, patch 4, 65 tokens, batch 32", "depth", [6, 12, 18, 24], lambda n: ["--depth", n, "--batch", 32]),
}
for table in args.tables:
    title, name, values, options = tables[table]
    print(f"\n{title}, {args.dtype}\n\n| {name} | threads | step ms | GFLOP | GFLOP/s | % of peak | ms per GFLOP over the first | MB | MB activations |")
    print("|---|---|---|---|---|---|---|---|---|")
    for threads in (1, 2):
        first = None
        for value in values:
            command = [args.mvp, "bench", "--config", "tiny-32", *options(value), "--threads", threads, "--dtype", args.dtype,
                       "--backend", args.backend, "--steps", args.steps, "--json"]
            result = json.loads(subprocess.run(list(map(str, command)), env=env, capture_output=True, text=True, check=True).stdout)
            cost = result["step_s"] / result["gflop"]
            first = first or cost
            print(f"| {value} | {threads} | {result['step_s'] * 1000:.1f} | {result['gflop']:.1f} | {result['gflops']:.0f} | "
                  f"{result['percent_of_peak']:.0f} | {cost / first:.2f} | {result['peak_rss_mb']:.0f} | "
                  f"{result['memory_mb']['activations']:.0f} |", flush=True)
