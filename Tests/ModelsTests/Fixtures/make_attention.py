"""Writes attention.safetensors: the attention probabilities of every block, head and token of models that
make_models.py wrote, by transformers in float32.

    python3 make_attention.py      # torch 2.15, transformers 5.24
"""

import pathlib

import torch
from safetensors.torch import save_file
from transformers import BeitForMaskedImageModeling, CLIPVisionModelWithProjection, Dinov2Model

HERE = pathlib.Path(__file__).parent / "models"
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
CLIP = ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])
CASES = {
    "clip-gelu": (CLIPVisionModelWithProjection, CLIP, 32, lambda model: model),
    "dinov2": (Dinov2Model, IMAGENET, 35, lambda model: model),
    "beit": (BeitForMaskedImageModeling, IMAGENET, 32, lambda model: model.beit),
}

stored = {}
with torch.no_grad():
    for name, (kind, (mean, deviation), size, tower) in CASES.items():
        model = kind.from_pretrained(HERE / name, attn_implementation="eager", dtype=torch.float32).eval()
        x = torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(size))
        normalised = (x - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(deviation).view(1, 3, 1, 1)
        attentions = tower(model)(normalised, output_attentions=True).attentions
        stored[name + "/pixels"] = x
        # [blocks, heads, queries, keys]
        stored[name + "/attention"] = torch.cat(attentions).contiguous()
        print(name, stored[name + "/attention"].shape)
save_file(stored, HERE.parent / "attention.safetensors")
