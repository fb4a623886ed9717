"""Makes rotary/: what timm and transformers give for rectangles by the models with rotary positions in towers/, which are made for squares.

Run: python make_rotary.py (torch, transformers, timm, safetensors), after make_towers.py. `index.json` lists the cases that
RotaryRectangleTests.swift runs.
"""

import json
import pathlib
import shutil
from functools import partial

import torch
from safetensors.torch import load_file, save_file
from timm.layers import LayerNorm
from timm.models.eva import Eva
from transformers import DINOv3ViTModel

FIXTURES = pathlib.Path(__file__).parent
HERE = FIXTURES / "rotary"
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir()
CASES = []
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
CLIP = ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])
TINY = dict(num_classes=0, img_size=32, patch_size=8, embed_dim=32, depth=2, num_heads=4, mlp_ratio=1.5, dynamic_img_size=True)
DINOV3 = dict(init_values=0.1, rope_type="dinov3", rope_temperature=100, rope_rotate_half=True, use_rot_pos_emb=True, use_abs_pos_emb=False,
              num_reg_tokens=4, use_fc_norm=False, norm_layer=partial(LayerNorm, eps=1e-5))
EVA = dict(use_rot_pos_emb=True, ref_feat_shape=(16, 16), swiglu_mlp=True)


def normalised(x, statistics):
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in statistics)
    return (x - mean) / deviation


def case(name, path, statistics, features):
    for height, width in ((40, 24), (24, 72)) if name in ("dinov3", "timm-eva02") else ((40, 24),):
        x = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(height))
        tokens = features(normalised(x, statistics))
        file = f"{name}-{height}x{width}"
        save_file({"pixels": x, "tokens": tokens.contiguous()}, HERE / f"{file}.expected.safetensors")
        CASES.append({"name": file, "path": path, "height": height, "width": width})


def by_timm(name, statistics, registers=0, **args):
    model = Eva(**TINY, **args).eval()
    state = {key: value.float() for key, value in load_file(FIXTURES / "towers" / name / "model.safetensors").items()}
    model.load_state_dict({key: value for key, value in state.items() if not key.startswith("head.")})

    def features(x):
        tokens = model.forward_features(x)
        return torch.cat([tokens[:, :1], tokens[:, 1 + registers:]], dim=1)

    case(name, name, statistics, features)


with torch.no_grad():
    for name in ("dinov3", "dinov3-gated"):
        model = DINOv3ViTModel.from_pretrained(FIXTURES / "towers" / name, dtype=torch.float32).eval()

        def features(x, model=model):
            tokens = model(x).last_hidden_state
            return torch.cat([tokens[:, :1], tokens[:, 4:]], dim=1)

        case(name, name, IMAGENET, features)
    by_timm("timm-dinov3", IMAGENET, 4, qkv_bias=False, **DINOV3)
    by_timm("timm-dinov3-gated", IMAGENET, 4, qkv_bias=True, swiglu_mlp=True, swiglu_align_to=8, **DINOV3)
    by_timm("timm-eva02-tiny", CLIP, **EVA)
    by_timm("timm-eva02", CLIP, qkv_fused=False, scale_mlp=True, **EVA)
    by_timm("timm-eva02-clip", CLIP, qkv_fused=False, scale_mlp=True, scale_attn_inner=True, global_pool="token", **EVA)

(HERE / "index.json").write_text(json.dumps(CASES, indent=1) + "\n")
print(len(CASES), "cases,", sum(f.stat().st_size for f in HERE.iterdir()), "bytes")
