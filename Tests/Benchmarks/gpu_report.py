#!/usr/bin/env python3
"""What Tests/Benchmarks/gpu.sh makes of its measurements.

  gpu_report.py agree A.jsonl B.jsonl     whether two runs have the same losses to rounding
  gpu_report.py learned RUN.jsonl         whether the loss of a run fell
  gpu_report.py table FOLDER PAIRS        a step of ours and of PyTorch's, side by side
"""
import json
import pathlib
import statistics
import sys

# Rounding grows from step to step as training feeds it back.
FIRST, LATER = 1e-4, 2e-2


def losses(path):
    events = [json.loads(line) for line in pathlib.Path(path).read_text().splitlines() if line.startswith("{")]
    return [event["loss"] for event in events if event["event"] == "step"]


def agree(one, other):
    a, b = losses(one), losses(other)
    apart = [abs(x - y) for x, y in zip(a, b)]
    print(f"        {len(apart)} steps, losses apart by {apart[0]:.1e} at the first and {max(apart):.1e} at most; last {a[-1]:.5f} and {b[-1]:.5f}")
    return len(a) == len(b) and apart[0] < FIRST and max(apart) < LATER


def learned(path):
    all_losses = losses(path)
    part = max(1, len(all_losses) // 10)
    first, last = statistics.mean(all_losses[:part]), statistics.mean(all_losses[-part:])
    print(f"        {len(all_losses)} steps, loss {first:.4f} in the first tenth, {last:.4f} in the last")
    return last < first


def table(folder, pairs):
    folder = pathlib.Path(folder)
    read = lambda name: json.loads(next(line for line in (folder / name).read_text().splitlines() if line.startswith("{")))
    ours = [read(f"ours-{pair}.json") for pair in range(1, pairs + 1)]
    torch = [read(f"torch-{pair}.json") for pair in range(1, pairs + 1)]
    pictures = read("pictures.json") if (folder / "pictures.json").exists() and (folder / "pictures.json").stat().st_size else None
    peak = ours[0].get("named_peak_gflops")
    middle = lambda rows, key: statistics.median(row[key] for row in rows)
    share = lambda gflops: f"{100 * gflops / peak:.1f}%" if peak else "-"
    rows = [("", "mvp", "PyTorch"), ("images/s", f"{middle(ours, 'images_per_s'):.1f}", f"{middle(torch, 'images_per_s'):.1f}"),
            ("step, ms", f"{1000 * middle(ours, 'step_s'):.1f}", f"{1000 * middle(torch, 'step_s'):.1f}"),
            ("MFU", share(middle(ours, "gflops")), share(middle(torch, "gflops"))),
            ("of what its products reach", f"{middle(ours, 'percent_of_peak'):.1f}%", "-"),
            ("peak memory of tensors, MB", f"{middle(ours, 'peak_tensors_mb'):.0f}", f"{torch[0].get('peak_gpu_mb', '-')}"),
            ("peak of the process, MB", f"{middle(ours, 'peak_rss_mb'):.0f}", f"{middle(torch, 'peak_rss_mb'):.0f}"),
            ("waiting for data in memory", f"{100 * ours[0]['phases_s']['data'] / ours[0]['step_s']:.1f}%", "-")]
    if pictures:
        rows.append(("with decoded pictures, images/s", f"{pictures['images_per_s']:.1f}", "-"))
        rows.append(("waiting for decoded pictures", f"{100 * pictures['phases_s']['data'] / pictures['step_s']:.1f}%", "-"))
    ratios = [b["step_s"] / a["step_s"] for a, b in zip(ours, torch)]
    print(f"\n{ours[0]['backend']}; {ours[0]['config']}, batch {ours[0]['batch']}, {ours[0]['dtype']}; torch {torch[0]['torch']}, "
          f"compile={torch[0]['compile']}, {pairs} pairs\n")
    for place, row in enumerate(rows):
        print("| " + " | ".join(row) + " |")
        if place == 0:
            print("|---|---|---|")
    print(f"\nimages/s over PyTorch's: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    print(json.dumps(dict(ours=ours, torch=torch, pictures=pictures)))
    return True


deed = {"agree": agree, "learned": learned, "table": lambda folder, pairs: table(folder, int(pairs))}
if len(sys.argv) < 2 or sys.argv[1] not in deed:
    raise SystemExit(__doc__)
sys.exit(0 if deed[sys.argv[1]](*sys.argv[2:]) else 1)
