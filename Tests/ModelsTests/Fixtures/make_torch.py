"""Makes torch/: files of torch.save and torch.jit.save as people have them, and what they hold as safetensors.

Run: python make_torch.py (torch, numpy, safetensors), after make_models.py.
"""

import argparse
import os
import pathlib
import pickle
import shutil
import warnings
import zipfile
from collections import OrderedDict

import numpy as np
import torch
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).parent / "torch"
MODELS = pathlib.Path(__file__).parent / "models"
warnings.simplefilter("ignore")
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir()

# every type and layout of numbers, with what a training script keeps beside them
base = torch.arange(24.0).reshape(4, 6) / 7
tensors = OrderedDict(
    whole=base, transposed=base.t(), cut=base[1:3, 2:5], permuted=base.reshape(2, 3, 4).permute(2, 0, 1),
    column=base[:, 3], half=(base * 3).half(), brain=base.bfloat16(), double=base.double(), scalar=torch.tensor(2.5),
    empty=torch.zeros(0, 3), parameter=torch.nn.Parameter(base + 1), tied=base)
tensors._metadata = {"": {"version": 1}}
counts = {"ids": torch.arange(5), "flags": torch.tensor([True, False])}
torch.save({
    "model": {**tensors, **counts}, "epoch": 3, "args": argparse.Namespace(lr=0.1, layers=[1, 2], output=None),
    "best": np.float64(3.5), "optimizer": {"state": {0: {"exp_avg": base}}, "param_groups": [{"lr": 0.1}]},
    "large": 1 << 80, "seen": {1, 2}, "rng_state": torch.get_rng_state()}, HERE / "layouts.pth")
save_file({k: v.detach().float().contiguous().clone() for k, v in tensors.items()}, HERE / "layouts.safetensors")

# the same weights as fixtures of make_models.py, in the containers of torch
dinov2 = load_file(MODELS / "dinov2/model.safetensors")
(HERE / "dinov2").mkdir()
torch.save(OrderedDict(dinov2), HERE / "dinov2/pytorch_model.bin")
shutil.copy(MODELS / "dinov2/config.json", HERE / "dinov2")
(HERE / "sharded").mkdir()
names = sorted(dinov2)
parts = {name: f"pytorch_model-{1 + (i > len(names) // 2):05}-of-00002.bin" for i, name in enumerate(names)}
for part in set(parts.values()):
    torch.save({k: v for k, v in dinov2.items() if parts[k] == part}, HERE / "sharded" / part)
(HERE / "sharded/pytorch_model.bin.index.json").write_text(__import__("json").dumps({"weight_map": parts}))
shutil.copy(MODELS / "dinov2/config.json", HERE / "sharded")

# a training run of DINO: student and teacher
run = load_file(MODELS / "dino-run.safetensors")
nested = {"student": OrderedDict(), "teacher": OrderedDict()}
for name, value in run.items():
    tower, rest = name.split(".", 1)
    nested[tower][rest] = value
for name, value in list(nested["teacher"].items()):
    nested["student"][f"module.{name}"] = -value
torch.save({**nested, "epoch": 1, "dino_loss": OrderedDict(center=torch.zeros(1, 4))}, HERE / "dino-run.pth")


# TorchScript, as OpenAI's CLIP is published
def module(flat):
    made = torch.nn.Module()
    for name, value in flat.items():
        place = made
        *path, last = name.split(".")
        for part in path:
            if not hasattr(place, part):
                place.add_module(part, torch.nn.Module())
            place = getattr(place, part)
        place.register_buffer(last, value)
    return made


flat = load_file(MODELS / "openclip/open_clip_model.safetensors")
(HERE / "clip").mkdir()
torch.jit.save(torch.jit.script(module(flat)), HERE / "clip/clip.pt")
shutil.copy(MODELS / "openclip/open_clip_config.json", HERE / "clip")

# what is refused
torch.save({"a": base}, HERE / "legacy.pth", _use_new_zipfile_serialization=False)
with zipfile.ZipFile(HERE / "notes.zip", "w") as archive:
    archive.writestr("notes.txt", "none")


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/mvp-was-run",)


torch.save({"model": {"a": base}, "config": Evil()}, HERE / "evil.pth")
(HERE / "encoder.pkl").write_bytes(pickle.dumps(OrderedDict(a=1)))
