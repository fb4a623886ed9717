#!/usr/bin/env python3
"""What sharing a step among processes costs: one rank with a batch against n ranks with n such batches, a core each.

  python3 Tests/Benchmarks/ranks.py [--ranks 2] [--cell base-224] [--batch 4] [--steps 6] [--rounds 3] [--dtype fp32]

Each rank is a simulated host with one core: mpirun binds it there. One rank and n take turns. Efficiency is the time of
a step of one over that of n; `ranks` is the part of the step in which a rank waits for the others or for sums, so that
the rest of the communication is hidden behind the backward pass. Where a machine runs slower on all its cores than on
one, that counts against the ranks, too: `computing` is the ratio with that part left out.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

CELLS = {
    "small-64": ["student.image_size=64", "student.patch_size=8", "student.width=128", "student.depth=4", "student.heads=4"],
    "base-224": [
        "student.image_size=224", "student.patch_size=16", "student.width=768", "student.depth=12", "student.heads=12",
        "data.image_size=224"],
}


def step_seconds(program, ranks, cell, batch, steps, dtype):
    """Medians of the step's seconds and of those that rank 0 spent on the others."""
    with tempfile.TemporaryDirectory() as folder:
        words = [
            "mpirun", "--allow-run-as-root", "--bind-to", "core", "-n", str(ranks), program, "run", "demo", "--headless",
            "--json", "--sessions", folder, "--dtype", dtype, "--steps", str(steps + 2)]
        values = CELLS[cell] + [
            f"schedule.batch_size={batch * ranks}", "schedule.checkpoint_every=0", "guidance.start=clip", "preview.every=0",
            "evals.at_end=[]", "schedule.steps=1000"]
        for value in values:
            words += ["--set", value]
        result = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if result.returncode != 0:
            sys.exit(f"{' '.join(words)} failed: {result.stderr.strip()}")
        found = [json.loads(line) for line in result.stdout.splitlines()]
        found = [event for event in found if event["event"] == "step"][2:]
        return (
            statistics.median(event["step_seconds"] for event in found),
            statistics.median(event["phases"].get("ranks") or 0 for event in found))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--cell", choices=CELLS, default="base-224")
    parser.add_argument("--batch", type=int, default=4, help="pictures of a rank")
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dtype", default="fp32")
    options = parser.parse_args()
    program = os.environ.get("MVP", ".build/release/mvp")
    ratios, computing = [], []
    for number in range(options.rounds):
        alone, _ = step_seconds(program, 1, options.cell, options.batch, options.steps, options.dtype)
        shared, waited = step_seconds(
            program, options.ranks, options.cell, options.batch, options.steps, options.dtype)
        ratios.append(alone / shared)
        computing.append(alone / (shared - waited))
        print(
            f"round {number + 1}: one rank {alone:.3f} s, {options.ranks} ranks {shared:.3f} s, of which {waited:.3f} s "
            f"for the others: efficiency {ratios[-1]:.2f}", flush=True)
    print(
        f"{options.cell} {options.dtype}, {options.ranks} ranks of {options.batch}: efficiency "
        f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), computing "
        f"{statistics.median(computing):.2f}")


if __name__ == "__main__":
    main()
