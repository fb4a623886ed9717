#!/usr/bin/env python3
"""Times kNN and the linear probe of `mvp bench --eval` against numpy or torch and scikit-learn on the same features, in turn.

kNN: 10,000 features against 100,000 of width 384, k 20; the peer is torch's product and topk in chunks. Linear probe: 50,000 of
width 384, 100 classes, softmax regression to its optimum; the peer is scikit-learn's LogisticRegression (lbfgs) of the same
objective, to the same value: its tolerance is the largest of those tried that comes within 1e-4 of ours.

  python3 Tests/Benchmarks/compare_evals.py --python PYTHON_WITH_TORCH_AND_SKLEARN
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

root = pathlib.Path(__file__).resolve().parent.parent.parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--mvp", default=str(root / ".build/release/mvp"))
parser.add_argument("--python", default=sys.executable, help="a Python with torch, safetensors and scikit-learn")
parser.add_argument("--pairs", type=int, default=5)
parser.add_argument("--peer", nargs=2, metavar=("KIND", "FILE"), help=argparse.SUPPRESS)
args = parser.parse_args()


def ours(kind):
    found = subprocess.run([args.mvp, "bench", "--eval", kind, "--json"], capture_output=True, text=True, check=True)
    return json.loads(found.stdout.splitlines()[-1])


def peer(kind, file):
    import numpy
    import safetensors.numpy
    import torch
    torch.set_num_threads(os.cpu_count())
    data = safetensors.numpy.load_file(file)
    x, t = data["train.features"], data["test.features"]
    y, z = data["train.labels"].astype(int), data["test.labels"].astype(int)
    start = time.perf_counter()
    if kind == "knn":
        train = torch.nn.functional.normalize(torch.from_numpy(x), dim=1)
        labels = torch.from_numpy(y)
        right = 0
        for first in range(0, len(t), 512):
            test = torch.nn.functional.normalize(torch.from_numpy(t[first:first + 512]), dim=1)
            similarity, index = (test @ train.T).topk(20, dim=1)
            votes = torch.zeros(len(test), int(y.max()) + 1).scatter_add_(1, labels[index], (similarity / 0.07).exp())
            right += int((votes.argmax(1).numpy() == z[first:first + 512]).sum())
        return dict(seconds=time.perf_counter() - start, score=right / len(t))
    from sklearn.linear_model import LogisticRegression
    mean, deviation = x.mean(0), x.std(0)
    x, t = (x - mean) / deviation, (t - mean) / deviation
    decay = 1e-3
    # Ours: mean cross-entropy + decay / 2 |W|^2.
    model = LogisticRegression(C=1 / (decay * len(x)), max_iter=200, tol=1e-4).fit(x, y)
    seconds = time.perf_counter() - start
    logits = x @ model.coef_.T + model.intercept_
    top = logits.max(1, keepdims=True)
    loss = (numpy.log(numpy.exp(logits - top).sum(1)) + top[:, 0] - logits[numpy.arange(len(y)), y]).mean()
    return dict(seconds=seconds, score=float(model.score(t, z)), iterations=int(model.n_iter_.max()),
                objective=float(loss + decay / 2 * (model.coef_ ** 2).sum()))


if args.peer:
    print(json.dumps(peer(*args.peer)))
    raise SystemExit
for kind in ("knn", "linear"):
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/features.safetensors"
        subprocess.run([args.mvp, "bench", "--eval", kind, "--export", file], check=True)
        times = []
        for _ in range(args.pairs):
            mine = ours(kind)
            found = subprocess.run([args.python, __file__, "--peer", kind, file], capture_output=True, text=True)
            if found.returncode != 0:
                raise SystemExit(f"compare_evals: the peer of {kind} failed:\n{found.stderr[-2000:]}")
            theirs = json.loads(found.stdout.splitlines()[-1])
            times.append((mine["seconds"], theirs["seconds"]))
        ratio = statistics.median(a / b for a, b in times)
        print(f"{kind:7} ours {statistics.median(a for a, _ in times):6.2f} s, theirs {statistics.median(b for _, b in times):6.2f} s, "
              f"ratio {ratio:.2f} ({args.pairs} pairs)\n        ours   {mine}\n        theirs {theirs}", flush=True)
