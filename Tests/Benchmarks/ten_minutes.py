#!/usr/bin/env python3
"""From a folder of pictures to a judged model, as a newcomer would go: Tests/Benchmarks/ten_minutes.py FOLDER

`mvp init`, `mvp check` and `mvp run` in an empty folder, a run for each seed; prints what took how long and each run's verdict: its
scores with intervals, beside chance, the untrained student and the teacher.

  Tests/Benchmarks/ten_minutes.py photos --teacher dinov2-vits14 --seeds 0,1,2
  Tests/Benchmarks/ten_minutes.py --session demo                                the demo, which needs no `init`
"""
import argparse
import pathlib
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", nargs="?", type=pathlib.Path)
parser.add_argument("--mvp", default=".build/release/mvp", type=pathlib.Path)
parser.add_argument("--teacher", type=pathlib.Path)
parser.add_argument("--session")
parser.add_argument("--seeds", default="0")
arguments = parser.parse_args()
if (arguments.folder is None) == (arguments.session is None):
    parser.error("name a folder of pictures, or a session by --session")
program = str(arguments.mvp.resolve())

with tempfile.TemporaryDirectory() as place:

    def call(*words):
        begun = time.monotonic()
        done = subprocess.run([program, *map(str, words)], cwd=place, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"mvp {' '.join(map(str, words))} ended with status {done.returncode}:\n{(done.stderr or done.stdout)[-2000:]}")
        print(f"{time.monotonic() - begun:7.1f} s  mvp {' '.join(map(str, words))}", flush=True)
        return done.stdout.splitlines()

    session = arguments.session
    if session is None:
        teacher = ["--teacher", arguments.teacher.resolve()] if arguments.teacher else []
        for line in call("init", arguments.folder.resolve(), *teacher, "--output", "session.yaml"):
            print(f"{'':11}{line}")
        session = "session.yaml"
    call("check", session)
    for seed in arguments.seeds.split(","):
        for line in call("run", session, "--headless", "--seed", seed):
            if line.startswith("verdict"):
                print(f"{'':11}{line}", flush=True)
