#!/usr/bin/env python3
"""What objective.targets is worth: raw, centred and standardised targets, for some seeds; the table of TARGETS.md.

A cell is one whole run of a session, scored by its evaluations at the end. `skill` is the mean of the last 50 steps: each form has
targets of its own, so that skills of two forms do not compare.

  Tests/Benchmarks/target_forms.py                                     the demo, 400 steps, seeds 0 to 2
  Tests/Benchmarks/target_forms.py --session photos.yaml --steps 2000  a session of `mvp init`
"""
import argparse
import json
import subprocess
import tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--mvp", default=".build/release/mvp")
parser.add_argument("--session", default="demo")
parser.add_argument("--steps", default="400")
parser.add_argument("--seeds", default="0,1,2")
parser.add_argument("--forms", default="raw,centred,standardised")
arguments = parser.parse_args()

print("| targets | seed | scores | skill |\n|---|---|---|---|")
for seed in arguments.seeds.split(","):
    for form in arguments.forms.split(","):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [arguments.mvp, "run", arguments.session, "--headless", "--json", "--sessions", folder, "--seed", seed,
                 "--set", f"objective.targets={form}", "--set", f"schedule.steps={arguments.steps}"],
                stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(done.stderr.strip() or done.stdout[-2000:])
        events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        skills = [event["skill"] for event in events if event["event"] == "step" and event.get("skill") is not None][-50:]
        scores = {event["kind"]: event["score"] for event in events if event["event"] == "eval_result"}
        words = ", ".join(f"{kind} {100 * score:.1f}%" for kind, score in scores.items())
        print(f"| {form} | {seed} | {words} | {sum(skills) / max(1, len(skills)):.3f} |", flush=True)
