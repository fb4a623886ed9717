"""Makes channels/: small random models for pictures of one and of four channels as timm and transformers store them,
with what they give, and what timm makes of a model of colours for other channels.

Run: python make_channels.py (torch, transformers, timm, safetensors). `index.json` lists the cases that ChannelTests.swift runs.
"""

import json
import pathlib
import shutil

import timm
import torch
from safetensors.torch import save_file
from timm.models._manipulate import adapt_input_conv
from timm.models.beit import Beit
from timm.models.vision_transformer import VisionTransformer
from transformers import ViTConfig, ViTModel

HERE = pathlib.Path(__file__).parent / "channels"
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir()
CASES = []
TINY = dict(img_size=16, patch_size=4, embed_dim=16, depth=2, num_heads=2, mlp_ratio=1.5, num_classes=0)
STATISTICS = {n: ([round(0.3 + 0.1 * c, 1) for c in range(n)], [round(0.2 + 0.05 * c, 2) for c in range(n)]) for n in (1, 2, 3, 4)}


def shake(model, seed):
    """Random values of a size that makes every parameter count, which 16 bits hold exactly."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(parameter + 0.2 * noise if parameter.dim() == 1 else 0.15 * noise)
            parameter.copy_(parameter.half().float())
    return model.eval()


def pixels(channels):
    return torch.rand(2, channels, 16, 16, generator=torch.Generator().manual_seed(channels))


def normalised(x, statistics):
    mean, deviation = (torch.tensor(v).view(1, -1, 1, 1) for v in statistics)
    return (x - mean) / deviation


def keep(name, state, configuration, preprocessor=None):
    (HERE / name).mkdir()
    save_file({k: v.half().contiguous() for k, v in state.items() if v.is_floating_point()}, HERE / name / "model.safetensors")
    (HERE / name / "config.json").write_text(json.dumps(configuration))
    if preprocessor:
        (HERE / name / "preprocessor_config.json").write_text(json.dumps(preprocessor))


def case(name, channels, x, tokens, extra=()):
    save_file({"pixels": x, "tokens": tokens.detach().contiguous(), **dict(extra)}, HERE / f"{name}.expected.safetensors")
    CASES.append({"name": name, "channels": channels})


def timm_config(architecture, channels, **extra):
    arguments = {k: v for k, v in TINY.items() if k != "num_classes"}
    mean, std = STATISTICS[channels]
    return {"architecture": architecture, "num_classes": 0, "model_args": {**arguments, "in_chans": channels, **extra},
            "pretrained_cfg": {"mean": mean, "std": std, "input_size": [channels, 16, 16]}}


for channels in (1, 4):
    model = shake(VisionTransformer(**TINY, in_chans=channels), channels)
    name = f"timm-vit-{channels}"
    keep(name, model.state_dict(), timm_config("vit_tiny_patch16_224", channels))
    x = pixels(channels)
    tokens = model.forward_features(normalised(x, STATISTICS[channels]))
    upstream = torch.randn(tokens.shape, generator=torch.Generator().manual_seed(9))
    (tokens * upstream).sum().backward()
    weight = model.patch_embed.proj
    gradients = {"upstream": upstream, "gradient/patch_embed.proj.weight": weight.weight.grad, "gradient/patch_embed.proj.bias": weight.bias.grad}
    case(name, channels, x, tokens, gradients.items())

with torch.no_grad():
    model = shake(Beit(**TINY, in_chans=4, use_shared_rel_pos_bias=True, use_abs_pos_emb=False, init_values=0.1), 7)
    keep("timm-beit-4", model.state_dict(), timm_config("beit_base_patch16_224", 4, use_shared_rel_pos_bias=True, use_abs_pos_emb=False, init_values=0.1))
    case("timm-beit-4", 4, pixels(4), model.forward_features(normalised(pixels(4), STATISTICS[4])))

    for channels in (1, 4):
        config = ViTConfig(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, image_size=16, patch_size=4,
                           num_channels=channels)
        model = shake(ViTModel(config, add_pooling_layer=False), 10 + channels)
        name = f"transformers-vit-{channels}"
        mean, std = STATISTICS[channels]
        keep(name, model.state_dict(), config.to_dict(), {"image_mean": mean, "image_std": std, "do_normalize": True, "do_rescale": True})
        case(name, channels, pixels(channels), model(normalised(pixels(channels), STATISTICS[channels])).last_hidden_state)

    # A model of colours, and what timm makes of its first convolution; pixels are normalised in one way throughout.
    model = shake(VisionTransformer(**TINY), 20)
    state = {k: v.clone() for k, v in model.state_dict().items()}
    keep("colours", state, timm_config("vit_tiny_patch16_224", 3))
    for channels in (1, 2, 4):
        other = VisionTransformer(**TINY, in_chans=channels).eval()
        adapted = {k: adapt_input_conv(channels, v) if k == "patch_embed.proj.weight" else v for k, v in state.items()}
        other.load_state_dict(adapted)
        half = ([0.5] * channels, [0.5] * channels)
        save_file({"pixels": pixels(channels), "tokens": other.forward_features(normalised(pixels(channels), half)),
                   "weight": adapted["patch_embed.proj.weight"].contiguous()}, HERE / f"adapted-{channels}.expected.safetensors")

(HERE / "index.json").write_text(json.dumps(CASES, indent=1) + "\n")
print(timm.__version__, len(CASES), "cases")
