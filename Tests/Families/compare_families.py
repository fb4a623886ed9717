"""Reads random models of every family from every container by `mvp features`, and compares each token with the real library's.

Run: python compare_families.py [--program .build/release/mvp] (numpy, pillow, torch, timm, transformers, open_clip_torch, safetensors). The models
are those of Tests/ModelsTests/Fixtures/make_*.py, made anew by the libraries that are installed, for pictures that 8 bits hold. Prints the worst
cosine of a token by family and container; status 1 where one is below .9999.
"""

import argparse
import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

warnings.simplefilter("ignore")
ALLOWED = 0.9999
FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "ModelsTests" / "Fixtures"
SCRIPTS = {"make_models.py": "models", "make_families.py": "families", "make_towers.py": "towers"}
CONTAINERS = ["safetensors", "shards", "torch", "torch in a dictionary", "TorchScript"]


def make(script, folder):
    """Runs a fixture's script with its files in `folder` and pixels of 8 bits."""
    if not (folder / "tokenizer").exists():
        (folder / "tokenizer").symlink_to(FIXTURES / "tokenizer")
    text = (FIXTURES / script).read_text()
    old = f'HERE = pathlib.Path(__file__).parent / "{SCRIPTS[script]}"'
    assert old in text, script
    text = text.replace(old, f"HERE = pathlib.Path({str(folder / SCRIPTS[script])!r})")
    text = text.replace("torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(size))",
                        "(torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(size)) * 255).round() / 255")
    text = text.replace("torch.rand(batch, 3, size, size, generator=torch.Generator().manual_seed(size))",
                        "(torch.rand(batch, 3, size, size, generator=torch.Generator().manual_seed(size)) * 255).round() / 255")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        exec(compile(text, script, "exec"), {"__name__": "fixture", "__file__": str(FIXTURES / script)})


def flat(tree, prefix=""):
    """Tensors of dictionaries in dictionaries by their dotted names."""
    found = {}
    for key, value in tree.items():
        if isinstance(value, torch.Tensor):
            found[prefix + key] = value
        elif isinstance(value, dict):
            found |= flat(value, f"{prefix}{key}.")
    return found


def state(place):
    files = sorted(place.glob("*.safetensors")) if place.is_dir() else [place] if place.suffix == ".safetensors" else []
    if files:
        return {k: v for file in files for k, v in load_file(file).items()}
    file = place if place.is_file() else next(f for f in place.iterdir() if ".pt" in f.name or f.suffix == ".bin")
    return flat(torch.load(file, map_location="cpu", weights_only=False))


class Holder(torch.nn.Module):
    """Tensors under dotted names, for TorchScript."""

    def __init__(self, tensors):
        super().__init__()
        for name, value in tensors.items():
            module = self
            for part in name.split(".")[:-1]:
                if part not in module._modules:
                    module.add_module(part, Holder({}))
                module = module._modules[part]
            module.register_buffer(name.split(".")[-1], value)

    def forward(self, x):
        return x


def put(container, tensors, configurations, folder):
    """Writes a model into a new folder as one container has it, its configurations beside it."""
    folder.mkdir(parents=True)
    for file in configurations:
        (folder / file.name).write_bytes(file.read_bytes())
    tensors = {k: v.contiguous().clone() for k, v in tensors.items()}
    match container:
        case "safetensors":
            save_file(tensors, folder / "model.safetensors")
        case "shards":
            names, files = sorted(tensors), {}
            for number, part in enumerate((names[::2], names[1::2])):
                save_file({n: tensors[n] for n in part}, folder / f"model-{number + 1}-of-2.safetensors")
                files |= {n: f"model-{number + 1}-of-2.safetensors" for n in part}
            (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": files}))
        case "torch":
            torch.save(tensors, folder / "model.pth")
        case "torch in a dictionary":
            torch.save({"model": tensors, "epoch": 3, "args": {"lr": 1e-3}}, folder / "model.pt")
        case "TorchScript":
            torch.jit.script(Holder(tensors)).save(folder / "model.pt")


def picture(pixels, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for number, planes in enumerate(pixels):
        levels = (planes.permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
        Image.fromarray(levels).save(folder / f"{number}.png")
    return folder


def worst(program, weights, pictures, size, expected, folder):
    output = folder / "features.safetensors"
    words = [program, "features", "--weights", str(weights), "--images", str(pictures), "--size", str(size), "--tokens", "all",
             "--output", str(output)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        print(f"{weights}: {done.stderr.strip() or done.stdout.strip()}", file=sys.stderr)
        return -1.0
    mine, theirs = load_file(output)["features"].double().numpy(), expected.double().numpy()
    if mine.shape != theirs.shape:
        print(f"{weights}: {mine.shape} instead of {theirs.shape}", file=sys.stderr)
        return -1.0
    lengths = np.linalg.norm(mine, axis=-1) * np.linalg.norm(theirs, axis=-1)
    return float(((mine * theirs).sum(-1) / lengths).min())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=".build/release/mvp")
    program = str(pathlib.Path(parser.parse_args().program).resolve())
    table, counts = {}, {}
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        for script, name in SCRIPTS.items():
            make(script, temporary)
            for item in json.loads((temporary / name / "index.json").read_text()):
                expected = load_file(temporary / name / f"{item['name']}.expected.safetensors")
                place = temporary / name / item["path"]
                pictures = picture(expected["pixels"], temporary / "pictures" / item["name"])
                tensors = state(place)
                configurations = sorted(place.glob("*.json")) if place.is_dir() else []
                counts[item["family"]] = counts.get(item["family"], 0) + 1
                for container in CONTAINERS:
                    folder = temporary / "containers" / container.replace(" ", "-") / item["name"]
                    put(container, tensors, configurations, folder)
                    found = worst(program, folder, pictures, expected["pixels"].shape[-1], expected["tokens"], temporary)
                    row = table.setdefault(item["family"], {})
                    row[container] = min(row.get(container, 1.0), found)
    print(f"| family | models and sizes | {' | '.join(CONTAINERS)} |\n|---|---|{'---|' * len(CONTAINERS)}")
    for family, row in sorted(table.items()):
        cells = [f"{row[c]:.7f}" if c in row else "" for c in CONTAINERS]
        print(f"| {family} | {counts[family]} | {' | '.join(cells)} |")
    lowest = min(value for row in table.values() for value in row.values())
    print(f"worst cosine of {sum(counts.values())} models and sizes: {lowest:.7f}")
    sys.exit(lowest < ALLOWED)


if __name__ == "__main__":
    main()
