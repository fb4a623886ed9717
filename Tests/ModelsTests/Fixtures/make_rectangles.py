"""Makes rectangles/: small random models of timm and transformers for rectangular pictures, and square ones shown rectangles.

Run: python make_rectangles.py (torch, transformers, timm, safetensors). `index.json` lists the cases that RectangleTests.swift runs.
"""

import json
import pathlib
import shutil

import timm
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from timm.models.beit import Beit
from transformers import BeitConfig, BeitModel, ViTConfig, ViTModel

HERE = pathlib.Path(__file__).parent / "rectangles"
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir()
CASES = []
torch.manual_seed(0)
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
HALF = ([0.5] * 3, [0.5] * 3)
SIZE = (40, 24)
TINY = dict(patch_size=8, embed_dim=32, depth=2, num_heads=4, mlp_ratio=1.5)
SMALL = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, patch_size=8)
X = torch.rand(1, 3, *SIZE, generator=torch.Generator().manual_seed(7))


def shake(model):
    """Random values of a size that makes every parameter count, which 16 bits hold exactly."""
    generator = torch.Generator().manual_seed(len(CASES) + 300)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(parameter + 0.2 * noise if parameter.dim() == 1 else 0.15 * noise)
            parameter.copy_(parameter.half().float())
    return model.eval()


def normalised(statistics):
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in statistics)
    return (X - mean) / deviation


def case(name, path, family, tokens, resized):
    save_file({"pixels": X, "tokens": tokens.contiguous()}, HERE / f"{name}.expected.safetensors")
    CASES.append({"name": name, "path": path, "family": family, "resized": resized})


def keep_timm(name, model, architecture, statistics, **args):
    state = {k: v.half().contiguous() if v.is_floating_point() else v for k, v in model.state_dict().items()}
    (HERE / name).mkdir()
    save_file(state, HERE / name / "model.safetensors")
    (HERE / name / "config.json").write_text(json.dumps({
        "architecture": architecture, "num_classes": 0, "model_args": args,
        "pretrained_cfg": {"mean": statistics[0], "std": statistics[1]}}))


def keep_transformers(name, model):
    model.half().save_pretrained(HERE / name)
    model.float()


with torch.no_grad():
    # Made for a rectangle. What has no head in transformers is taken for DINO.
    model = shake(timm.models.VisionTransformer(num_classes=0, img_size=SIZE, **TINY))
    keep_timm("timm-vit", model, "vit_small_patch16_224", HALF, num_heads=4, img_size=SIZE)
    case("timm-vit", "timm-vit", "vit", model.forward_features(normalised(HALF)), False)
    beit = dict(num_classes=0, img_size=SIZE, global_pool="token", init_values=0.1, use_abs_pos_emb=False, **TINY)
    model = shake(Beit(use_shared_rel_pos_bias=True, **beit))
    keep_timm("timm-beit", model, "beit_base_patch16_224", HALF, num_heads=4, img_size=SIZE)
    case("timm-beit", "timm-beit", "beit", model.forward_features(normalised(HALF)), False)
    model = shake(Beit(use_rel_pos_bias=True, **beit))
    keep_timm("timm-beit-blocks", model, "beitv2_base_patch16_224", IMAGENET, num_heads=4, img_size=SIZE)
    case("timm-beit-blocks", "timm-beit-blocks", "beit", model.forward_features(normalised(IMAGENET)), False)
    model = shake(ViTModel(ViTConfig(image_size=list(SIZE), **SMALL), add_pooling_layer=False))
    keep_transformers("vit", model)
    case("vit", "vit", "dino", model(normalised(IMAGENET)).last_hidden_state, False)

    # Made for a square of 32 pixels, positions resized: timm's way, transformers', DINO's.
    model = shake(timm.models.VisionTransformer(num_classes=0, img_size=32, **TINY))
    keep_timm("timm-square", model, "vit_small_patch16_224", HALF, num_heads=4, img_size=32)
    dino = {k: v.clone() for k, v in model.state_dict().items()}
    model.set_input_size(img_size=SIZE)
    case("timm-square", "timm-square", "vit", model.forward_features(normalised(HALF)), True)
    grid = dino["pos_embed"][:, 1:].reshape(1, 4, 4, 32).permute(0, 3, 1, 2)
    grid = F.interpolate(grid, scale_factor=(5.1 / 4, 3.1 / 4), mode="bicubic").permute(0, 2, 3, 1).reshape(1, 15, 32)
    model.load_state_dict({**dino, "pos_embed": torch.cat([dino["pos_embed"][:, :1], grid], dim=1)})
    (HERE / "dino").mkdir()
    save_file({k: v.half() for k, v in dino.items()}, HERE / "dino/model.safetensors")
    (HERE / "dino/config.json").write_text(json.dumps({"model_type": "vit", "num_attention_heads": 4, "layer_norm_eps": 1e-6}))
    case("dino", "dino", "dino", model.forward_features(normalised(IMAGENET)), True)
    model = shake(ViTModel(ViTConfig(image_size=32, **SMALL), add_pooling_layer=False))
    keep_transformers("vit-square", model)
    case("vit-square", "vit-square", "dino", model(normalised(IMAGENET), interpolate_pos_encoding=True).last_hidden_state, True)
    for shared in (False, True):
        config = BeitConfig(image_size=32, use_relative_position_bias=not shared, use_shared_relative_position_bias=shared,
                            layer_scale_init_value=0.1, use_mean_pooling=False, drop_path_rate=0.0, **SMALL)
        model = shake(BeitModel(config, add_pooling_layer=False))
        name = "beit-square" if shared else "beit-blocks-square"
        keep_transformers(name, model)
        case(name, name, "beit", model(normalised(HALF), interpolate_pos_encoding=True).last_hidden_state, True)

(HERE / "index.json").write_text(json.dumps(CASES, indent=1) + "\n")
