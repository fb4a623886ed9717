#!/usr/bin/env python3
"""What a peak learning rate teaches at batches of 16, 64 and 256: the table of LEARNING_RATES.md.

A cell is one run that sees the same number of pictures, scored by kNN: of the demo's scenes on 3000 + 1000 others (chance is
one in twelve); of a folder of class directories by leaving one out (needs numpy), under a teacher, whose features are kept.
It prints a line of JSON a cell.

  Tests/Benchmarks/learning_rates.py                                                  the scenes
  Tests/Benchmarks/learning_rates.py --photos FOLDER --teacher WEIGHTS                class directories under DINOv2
  Tests/Benchmarks/learning_rates.py --batches 16 --rates 1.3e-4,1.5e-3 --pictures 9600
"""
import argparse
import json
import pathlib
import struct
import subprocess
import tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--mvp", default=".build/release/mvp")
parser.add_argument("--batches", default="16,64,256")
parser.add_argument("--rates", help="peaks; BEiT's 1.5e-3 at 2048 scaled linearly, by the root and not at all where they are not given")
parser.add_argument("--pictures", type=int, default=32000)
parser.add_argument("--seed", default="0")
parser.add_argument("--photos", type=pathlib.Path)
parser.add_argument("--teacher", type=pathlib.Path)
arguments = parser.parse_args()

PHOTOS = """
data: {{kind: folder, path: {photos}, augmentation: {{scale: [0.5, 1], jitter: [0.2, 0.2, 0.2], crops: 8}}}}
student: {{image_size: 64, patch_size: 8, width: 128, depth: 4, heads: 4, layer_scale: none, positions: learned,
  relative_position_bias: false, initial_values: width}}
guidance: {{dino: {teacher}}}
mask: {{masked: 26, minimum: 5}}
engine: {{teacher_cache: true}}
"""


def call(*words):
    done = subprocess.run([arguments.mvp, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"mvp {' '.join(words)} failed:\n{done.stderr.strip() or done.stdout[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def neighbours(file):
    """Share of pictures whose 20 nearest others, weighted by exp(cosine / 0.07), vote for their class."""
    import numpy

    data = file.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    start, end = header["features"]["data_offsets"]
    rows = numpy.frombuffer(data[8 + length + start : 8 + length + end], "<f4").reshape(header["features"]["shape"])
    names = [name.split("/")[0] for name in json.loads(header["__metadata__"]["files"])]
    classes, labels = numpy.unique(names, return_inverse=True)
    rows = rows / numpy.linalg.norm(rows, axis=1, keepdims=True)
    cosines = rows @ rows.T
    numpy.fill_diagonal(cosines, -9)
    votes = numpy.zeros((len(labels), len(classes)))
    for place in numpy.argsort(-cosines, axis=1)[:, :20].T:
        votes[numpy.arange(len(labels)), labels[place]] += numpy.exp(cosines[numpy.arange(len(labels)), place] / 0.07)
    return float((votes.argmax(1) == labels).mean())


with tempfile.TemporaryDirectory() as sessions:
    name = "demo"
    usual = ["evals.data.train_range=[200000,203000]", "evals.data.test_range=[206000,207000]"]
    if arguments.photos:
        file = pathlib.Path(sessions) / "photos.yaml"
        file.write_text(PHOTOS.format(photos=arguments.photos.resolve(), teacher=arguments.teacher.resolve()))
        name, usual = str(file), []
    for batch in map(int, arguments.batches.split(",")):
        scaled = [1.5e-3 * batch / 2048, 1.5e-3 * (batch / 2048) ** 0.5, 1.5e-3]
        for rate in map(float, arguments.rates.split(",")) if arguments.rates else scaled:
            steps = arguments.pictures // batch
            values = usual + [
                f"optimizer.learning_rate={rate:.3g}", "optimizer.reference_batch=none", "optimizer.min_learning_rate=0",
                "optimizer.warmup_learning_rate=0", f"schedule.batch_size={batch}", f"schedule.steps={steps}",
                f"seed={arguments.seed}", "schedule.checkpoint_every=0", "preview.every=0"]
            lines = call("run", name, "--headless", "--json", "--sessions", sessions, *(part for value in values for part in ("--set", value)))
            scores = {line["kind"]: line["score"] for line in lines if line["event"] == "eval_result"}
            if arguments.photos:
                features = pathlib.Path(sessions) / "features.safetensors"
                run = next(line["run"] for line in lines if line["event"] == "started")
                call("features", "--weights", f"{sessions}/photos/checkpoints/{run}/{steps}", "--images", str(arguments.photos), "--output", str(features))
                scores = {"knn": neighbours(features)}
            loss = [line["loss"] for line in lines if line["event"] == "step"][-1]
            print(json.dumps(dict(batch=batch, rate=rate, steps=steps, loss=round(loss, 3), **scores)), flush=True)
