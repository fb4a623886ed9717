"""Writes features of drawn pictures by `mvp features` in every form, and reads them by safetensors, numpy, csv and pyarrow.

Run: python compare_features.py [--program .build/release/mvp] (numpy, pillow, safetensors, pyarrow). Prints a table; status 1 where a value
differs.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import pyarrow.parquet
from PIL import Image
from safetensors import safe_open

HERE = os.path.dirname(os.path.abspath(__file__))
WEIGHTS = os.path.join(HERE, "../../Sources/Models/Resources/teachers/dino.safetensors")
NAMES = ["plain.png", "with, comma.png", 'with "quotes".png', "ümlaut.png"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default=os.path.join(HERE, "../../.build/release/mvp"))
    program = os.path.abspath(parser.parse_args().program)
    with tempfile.TemporaryDirectory() as folder:
        pictures = os.path.join(folder, "pictures")
        os.mkdir(pictures)
        generator = np.random.default_rng(0)
        for name in NAMES:
            Image.fromarray(generator.integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(os.path.join(pictures, name))
        worst = 0
        print("form         tokens  shape            names  values that differ")
        for tokens in ("cls", "all"):
            whole, names = None, None
            for form, read in READERS.items():
                path = os.path.join(folder, f"{tokens}.{form}")
                done = subprocess.run(
                    [program, "features", "--weights", WEIGHTS, "--images", pictures, "--tokens", tokens, "--output", path],
                    capture_output=True, text=True, env={**os.environ, "HOME": folder})
                if done.returncode:
                    sys.exit(done.stderr)
                files, values = read(path, tokens)
                if whole is None:
                    whole, names = values, files
                differing = int((values.reshape(whole.shape) != whole).sum())
                worst += differing + (files != names) + (sorted(files) != sorted(NAMES))
                print(f"{form:12} {tokens:7} {str(list(values.shape)):16} {len(files):5}  {differing}")
        return 1 if worst else 0


def read_safetensors(path, _):
    with safe_open(path, "np") as file:
        return json.loads(file.metadata()["files"]), file.get_tensor("features")


def read_npy(path, _):
    with open(path.removesuffix(".npy") + ".files.json") as file:
        return json.load(file), np.load(path)


def read_csv(path, tokens):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    width = sum(name.startswith("f") and name[1:].isdigit() for name in rows[0])
    values = np.array([[np.float32(row[f"f{index}"]) for index in range(width)] for row in rows], dtype=np.float32)
    assert tokens == "cls" or [row["token"] for row in rows[:3]] == ["0", "1", "2"]
    return list(dict.fromkeys(row["file"] for row in rows)), values


def read_parquet(path, tokens):
    table = pyarrow.parquet.read_table(path)
    assert tokens == "cls" or table["token"].to_pylist()[:3] == [0, 1, 2]
    return list(dict.fromkeys(table["file"].to_pylist())), np.array(table["features"].to_pylist(), dtype=np.float32)


READERS = {"safetensors": read_safetensors, "npy": read_npy, "csv": read_csv, "parquet": read_parquet}

if __name__ == "__main__":
    sys.exit(main())
