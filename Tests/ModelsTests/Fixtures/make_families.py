"""Makes families/: small random models of further families as transformers, timm and their authors store them, with what they give.

Run: python make_families.py (torch, transformers, timm, safetensors). `index.json` lists the cases that LoadVisionTests.swift runs.
"""

import json
import pathlib
import shutil

import timm
import torch
from safetensors.torch import save_file
from timm.models.beit import Beit
from timm.models.deit import VisionTransformerDistilled
from transformers import (
    BeitConfig,
    BeitModel,
    DeiTConfig,
    DeiTModel,
    Dinov2WithRegistersConfig,
    Dinov2WithRegistersModel,
    ViTMAEConfig,
    ViTMAEForPreTraining,
)

HERE = pathlib.Path(__file__).parent / "families"
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir()
CASES = []
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
HALF = ([0.5] * 3, [0.5] * 3)
SMALL = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, image_size=32, patch_size=8)
TINY = dict(img_size=32, patch_size=8, embed_dim=32, depth=2, num_heads=4, mlp_ratio=1.5)


def shake(model):
    """Random values of a size that makes every parameter count, which 16 bits hold exactly."""
    generator = torch.Generator().manual_seed(len(CASES) + 100)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(parameter + 0.2 * noise if parameter.dim() == 1 else 0.15 * noise)
            parameter.copy_(parameter.half().float())
    return model.eval()


def pixels(size):
    return torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(size))


def normalised(x, statistics):
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in statistics)
    return (x - mean) / deviation


def case(name, path, family, x, tokens, size=None, report=()):
    save_file({"pixels": x, "tokens": tokens.contiguous()}, HERE / f"{name}.expected.safetensors")
    CASES.append({"name": name, "path": path, "family": family, "imageSize": size, "report": list(report)})


def half(state):
    return {k: v.half().contiguous() if v.is_floating_point() else v for k, v in state.items()}


def keep(name, state, configuration):
    (HERE / name).mkdir()
    save_file(half(state), HERE / name / "model.safetensors")
    (HERE / name / "config.json").write_text(json.dumps(configuration))


def keep_timm(name, model, architecture, statistics, state=None, **args):
    keep(name, state or model.state_dict(), {
        "architecture": architecture, "num_classes": 0, "model_args": args,
        "pretrained_cfg": {"mean": statistics[0], "std": statistics[1]}})


with torch.no_grad():
    # DINOv2 with registers: transformers, timm, and the authors' file with blocks in chunks
    config = Dinov2WithRegistersConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=4, mlp_ratio=2, image_size=35, patch_size=7,
        num_register_tokens=3)
    model = shake(Dinov2WithRegistersModel(config))
    model.half().save_pretrained(HERE / "dinov2-registers")
    model.float()
    for size in (35, 21, 49):
        x = pixels(size)
        out = model(normalised(x, IMAGENET)).last_hidden_state
        tokens = torch.cat([out[:, :1], out[:, 4:]], dim=1)
        case(f"dinov2-registers-{size}", "dinov2-registers", "dinov2", x, tokens, None if size == 35 else size)
    model = shake(timm.models.VisionTransformer(
        num_classes=0, init_values=0.1, reg_tokens=4, no_embed_class=True, dynamic_img_size=True, **TINY))
    keep_timm("timm-registers", model, "vit_small_patch14_reg4_dinov2", IMAGENET, num_heads=4)
    for size in (32, 48):
        x = pixels(size)
        out = model.forward_features(normalised(x, IMAGENET))
        case(f"timm-registers-{size}", "timm-registers", "dinov2", x, torch.cat([out[:, :1], out[:, 5:]], dim=1),
             None if size == 32 else size)
    own = {}
    for key, value in model.state_dict().items():
        key = key.replace("reg_token", "register_tokens").replace("blocks.0.", "blocks.0.0.").replace("blocks.1.", "blocks.1.1.")
        own[key] = value
    own["pos_embed"] = torch.cat([torch.zeros(1, 1, 32), own["pos_embed"]], dim=1)
    own["mask_token"] = torch.zeros(1, 32)
    torch.save({k: v.half() for k, v in own.items()}, HERE / "dinov2-chunks.pth")
    (HERE / "chunks").mkdir()
    (HERE / "dinov2-chunks.pth").rename(HERE / "chunks/dinov2_reg4.pth")
    (HERE / "chunks/config.json").write_text(json.dumps({
        "architecture": "vit_small_patch8_reg4_dinov2", "num_classes": 0, "model_args": {"num_heads": 4},
        "pretrained_cfg": {"mean": IMAGENET[0], "std": IMAGENET[1]}}))
    x = pixels(32)
    out = model.forward_features(normalised(x, IMAGENET))
    case("dinov2-chunks", "chunks", "dinov2", x, torch.cat([out[:, :1], out[:, 5:]], dim=1))

    # MAE: transformers' whole model, and its authors' names with a narrower decoder
    config = ViTMAEConfig(decoder_hidden_size=16, decoder_num_hidden_layers=1, decoder_num_attention_heads=2,
                          decoder_intermediate_size=16, mask_ratio=0.0, **SMALL)
    model = shake(ViTMAEForPreTraining(config))
    model.half().save_pretrained(HERE / "mae")
    model.float()
    x = pixels(32)
    noise = torch.arange(16.0)[None]  # with no patch masked, the order of the patches is that of the noise
    case("mae", "mae", "mae", x, model.vit(normalised(x, IMAGENET), noise=noise).last_hidden_state, report=["ImageNet"])
    model = shake(timm.models.VisionTransformer(num_classes=0, **TINY))
    extra = {"mask_token": torch.zeros(1, 1, 16), "decoder_pos_embed": torch.zeros(1, 17, 16),
             "decoder_embed.weight": torch.zeros(16, 32), "decoder_blocks.0.norm1.weight": torch.zeros(16),
             "decoder_pred.weight": torch.zeros(192, 16)}
    (HERE / "mae-authors").mkdir()
    torch.save({"model": half({**model.state_dict(), **extra}), "epoch": 1}, HERE / "mae-authors/mae_full.pth")
    (HERE / "mae-authors/config.json").write_text(json.dumps({"model_type": "vit_mae", "num_attention_heads": 4, "layer_norm_eps": 1e-6}))
    case("mae-authors", "mae-authors", "mae", x, model.forward_features(normalised(x, IMAGENET)), report=["ImageNet"])

    # DeiT with its token of distillation
    model = shake(VisionTransformerDistilled(num_classes=3, **TINY))
    keep_timm("deit", model, "deit_small_distilled_patch16_224", IMAGENET, num_heads=4)
    x = pixels(32)
    out = model.forward_features(normalised(x, IMAGENET))
    case("deit", "deit", "deit", x, torch.cat([out[:, :1], out[:, 2:]], dim=1))
    model = shake(DeiTModel(DeiTConfig(**SMALL), add_pooling_layer=False))
    model.half().save_pretrained(HERE / "deit-transformers")
    model.float()
    for size in (32, 48):
        x = pixels(size)
        out = model(normalised(x, IMAGENET), interpolate_pos_encoding=True).last_hidden_state
        case(f"deit-transformers-{size}", "deit-transformers", "deit", x, torch.cat([out[:, :1], out[:, 2:]], dim=1),
             None if size == 32 else size)

    # BEiT: tables by block and a mean pooled norm in transformers; timm's shared and by block; unilm's file
    config = BeitConfig(use_relative_position_bias=True, use_mean_pooling=True, layer_scale_init_value=0.1,
                        drop_path_rate=0.0, **SMALL)
    model = shake(BeitModel(config))
    model.half().save_pretrained(HERE / "beit-blocks")
    model.float()
    x = pixels(32)
    case("beit-blocks", "beit-blocks", "beit", x, model(normalised(x, HALF)).last_hidden_state)
    shared = shake(Beit(num_classes=0, global_pool="token", init_values=0.1, use_abs_pos_emb=False, use_shared_rel_pos_bias=True, **TINY))
    keep_timm("timm-beit", shared, "beit_base_patch16_224", HALF, num_heads=4)
    x = pixels(32)
    case("timm-beit", "timm-beit", "beit", x, shared.forward_features(normalised(x, HALF)))
    blocks = shake(Beit(num_classes=3, init_values=0.1, use_abs_pos_emb=False, use_rel_pos_bias=True, **TINY))
    keep_timm("timm-beit-blocks", blocks, "beitv2_base_patch16_224", IMAGENET, num_heads=4)
    case("timm-beit-blocks", "timm-beit-blocks", "beit", x, blocks.forward_features(normalised(x, IMAGENET)))
    (HERE / "unilm").mkdir()
    extra = {"rel_pos_bias.relative_position_index": torch.zeros(17, 17, dtype=torch.long), "mask_token": torch.zeros(1, 1, 32),
             "lm_head.weight": torch.zeros(5, 32), "lm_head.bias": torch.zeros(5)}
    torch.save({"model": half({**shared.state_dict(), **extra})}, HERE / "unilm/beit_base.pth")
    (HERE / "unilm/config.json").write_text(json.dumps({
        "model_type": "beit", "num_attention_heads": 4, "layer_norm_eps": 1e-6}))
    case("unilm-beit", "unilm", "beit", x, shared.forward_features(normalised(x, HALF)))

(HERE / "index.json").write_text(json.dumps(CASES, indent=1) + "\n")
