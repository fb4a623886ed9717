"""Makes models/: small random vision and text models of transformers and timm, with inputs and the outputs they give for them.

Run: python make_models.py (torch, transformers, timm, safetensors). Each folder or file is a checkpoint as its library writes it;
NAME.expected.safetensors holds `pixels` in 0...1 and the outputs. `index.json` lists the cases that LoadVisionTests.swift runs.
"""

import json
import pathlib
import shutil

import timm
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from transformers import (
    BeitConfig,
    BeitForMaskedImageModeling,
    CLIPConfig,
    CLIPModel,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
    Dinov2Config,
    Dinov2Model,
    ViTConfig,
    ViTModel,
)

HERE = pathlib.Path(__file__).parent / "models"
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir()
CASES = []
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
CLIP = ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])
HALF = ([0.5] * 3, [0.5] * 3)
SMALL = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=72, image_size=32, patch_size=8)


def shake(model):
    """Random values of a size that makes every parameter count, norms and biases included."""
    generator = torch.Generator().manual_seed(len(CASES) + 1)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 1:
                parameter.add_(0.2 * noise)
            else:
                parameter.copy_(0.15 * noise)
            # Weights that 16 bits hold exactly, so that most files can be half as large.
            parameter.copy_(parameter.half().float())
    return model.eval()


def pixels(size):
    batch = 2 if size < 28 else 1
    return torch.rand(batch, 3, size, size, generator=torch.Generator().manual_seed(size))


def normalised(x, statistics):
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in statistics)
    return (x - mean) / deviation


def case(name, path, family, outputs, size=None, native=None, config_size=None, extra=None):
    x = outputs.pop("pixels")
    save_file({"pixels": x, **{k: v.contiguous() for k, v in outputs.items()}}, HERE / f"{name}.expected.safetensors")
    CASES.append({"name": name, "path": path, "family": family, "imageSize": size, "report": extra or []})


with torch.no_grad():
    # CLIP, both activations, and at another size
    for act in ("quick_gelu", "gelu"):
        model = shake(CLIPVisionModelWithProjection(CLIPVisionConfig(projection_dim=24, hidden_act=act, **SMALL)))
        name = f"clip-{act.replace('_', '')}"
        model.save_pretrained(HERE / name)
        x = pixels(32)
        hidden = model(normalised(x, CLIP)).last_hidden_state
        tokens = model.vision_model.post_layernorm(hidden)
        case(name, name, "clip", {"pixels": x, "tokens": tokens, "projected": model.visual_projection(tokens)},
             extra=["QuickGELU" if act == "quick_gelu" else "GELU", "projection 24", "eps 1e-05"])
        if act == "gelu":
            x = pixels(48)
            hidden = model(normalised(x, CLIP), interpolate_pos_encoding=True).last_hidden_state
            tokens = model.vision_model.post_layernorm(hidden)
            case("clip-48", name, "clip", {"pixels": x, "tokens": tokens}, size=48, extra=["interpolated from 32"])

    # the same weights under OpenAI's names, in float16, heads from open_clip's configuration
    weights = load_file(HERE / "clip-gelu/model.safetensors")
    named = {}
    for key, value in weights.items():
        key = key.removeprefix("vision_model.")
        for old, new in [("embeddings.class_embedding", "class_embedding"), ("embeddings.patch_embedding", "conv1"),
                         ("embeddings.position_embedding.weight", "positional_embedding"), ("pre_layrnorm", "ln_pre"),
                         ("post_layernorm", "ln_post"), ("encoder.layers.", "transformer.resblocks."),
                         ("layer_norm", "ln_"), ("self_attn.", "attn."), ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj")]:
            key = key.replace(old, new)
        named["visual." + key] = value
    for block in range(2):
        for last in ("weight", "bias"):
            stem = f"visual.transformer.resblocks.{block}.attn."
            named[f"{stem}in_proj_{last}"] = torch.cat([named.pop(f"{stem}{n}_proj.{last}") for n in "qkv"])
    named["visual.proj"] = named.pop("visual.visual_projection.weight").T.contiguous()
    named["logit_scale"] = torch.tensor(4.6)
    named["ln_final.weight"] = torch.ones(24)
    (HERE / "openclip").mkdir()
    save_file(named, HERE / "openclip/open_clip_model.safetensors")
    (HERE / "openclip/open_clip_config.json").write_text(json.dumps({
        "model_cfg": {"embed_dim": 24, "vision_cfg": {"image_size": 32, "layers": 2, "width": 32, "head_width": 8,
                                                      "patch_size": 8, "mlp_ratio": 2.25}, "text_cfg": {}},
        "preprocess_cfg": {"mean": CLIP[0], "std": CLIP[1]}}))
    reference = load_file(HERE / "clip-gelu.expected.safetensors")
    case("openclip", "openclip", "clip", dict(reference), extra=["open_clip names", "GELU"])

    # ViT (a DINO in transformers), at its size and another; also under the prefix of a classifier
    config = ViTConfig(**{**SMALL, "patch_size": 4, "image_size": 16})
    model = shake(ViTModel(config, add_pooling_layer=False))
    model.save_pretrained(HERE / "vit-dino")
    for size in (16, 28):
        x = pixels(size)
        out = model(normalised(x, IMAGENET), interpolate_pos_encoding=True).last_hidden_state
        case(f"vit-dino-{size}", "vit-dino", "dino", {"pixels": x, "tokens": out}, size=None if size == 16 else size,
             extra=["eps 1e-12", "ImageNet"])

    # DINOv2: layer scale, positions at three sizes
    config = Dinov2Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, mlp_ratio=2, image_size=35,
                          patch_size=7)
    model = shake(Dinov2Model(config))
    model.save_pretrained(HERE / "dinov2")
    for size in (35, 21, 49):
        x = pixels(size)
        out = model(normalised(x, IMAGENET)).last_hidden_state
        case(f"dinov2-{size}", "dinov2", "dinov2", {"pixels": x, "tokens": out}, size=None if size == 35 else size)

    # BEiT: mask token, shared relative position bias, layer scale, no key bias
    config = BeitConfig(vocab_size=5, use_mask_token=True, use_shared_relative_position_bias=True,
                        layer_scale_init_value=0.1, drop_path_rate=0.0, **SMALL)
    model = shake(BeitForMaskedImageModeling(config))
    model.save_pretrained(HERE / "beit")
    (HERE / "beit/preprocessor_config.json").write_text(json.dumps({"image_mean": IMAGENET[0], "image_std": IMAGENET[1]}))
    x = pixels(32)
    mask = torch.rand(1, 16, generator=torch.Generator().manual_seed(3)) < 0.4
    masked = model.layernorm(model.beit(normalised(x, IMAGENET), bool_masked_pos=mask).last_hidden_state)
    plain = model.layernorm(model.beit(normalised(x, IMAGENET)).last_hidden_state)
    case("beit", "beit", "beit", {"pixels": x, "tokens": plain, "mask": mask.float(), "masked": masked},
         extra=["ImageNet"])
    x = pixels(48)
    larger = model.layernorm(model.beit(normalised(x, IMAGENET)).last_hidden_state)
    case("beit-48", "beit", "beit", {"pixels": x, "tokens": larger}, size=48)

    # One BEiT-style step of the same model: loss and gradients, named as in timm
    with torch.enable_grad():
        head = torch.nn.Linear(32, 6)
        generator = torch.Generator().manual_seed(11)
        head.weight.data = 0.2 * torch.randn(6, 32, generator=generator)
        head.bias.data = 0.1 * torch.randn(6, generator=generator)
        target = torch.randn(2, 17, 6, generator=generator)
        x = torch.rand(2, 3, 32, 32, generator=generator)
        mask = torch.rand(2, 16, generator=generator) < 0.4
        tokens = model.layernorm(model.beit(normalised(x, IMAGENET), bool_masked_pos=mask).last_hidden_state)
        scored = torch.cat([torch.ones(2, 1, dtype=torch.bool), mask], dim=1)
        loss = -F.cosine_similarity(head(tokens)[scored], target[scored], dim=-1).mean()
        loss.backward()
    named = dict(model.named_parameters())
    block = "beit.layers.1."
    attention = block + "attention."
    gradients = {
        "cls_token": "beit.embeddings.cls_token", "mask_token": "beit.embeddings.mask_token",
        "patch_embed.proj.weight": "beit.embeddings.patch_embeddings.projection.weight",
        "patch_embed.proj.bias": "beit.embeddings.patch_embeddings.projection.bias",
        "rel_pos_bias.relative_position_bias_table": next(n for n in named if n.endswith("relative_position_bias_table")),
        "blocks.1.gamma_1": block + "lambda_1", "blocks.1.gamma_2": block + "lambda_2",
        "blocks.1.attn.q_bias": attention + "q_proj.bias", "blocks.1.attn.v_bias": attention + "v_proj.bias",
        "blocks.1.attn.proj.weight": attention + "o_proj.weight", "blocks.1.mlp.fc1.weight": block + "mlp.fc1.weight",
        "blocks.0.norm1.weight": "beit.layers.0.layernorm_before.weight", "norm.bias": "layernorm.bias",
    }
    stored = {f"gradient/{ours}": named[theirs].grad for ours, theirs in gradients.items()}
    stored["gradient/blocks.1.attn.qkv.weight"] = torch.cat([named[f"{attention}{n}_proj.weight"].grad for n in "qkv"])
    stored |= {"gradient/head.weight": head.weight.grad, "head.weight": head.weight.data, "head.bias": head.bias.data,
               "pixels": x, "mask": mask.float(), "target": target, "loss": loss.detach()}
    save_file({k: v.contiguous() for k, v in stored.items()}, HERE / "step.safetensors")

    # timm: as its hub files are, configuration beside the weights
    def save_timm(name, model, architecture, tag, statistics, **args):
        (HERE / name).mkdir()
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, HERE / name / "model.safetensors")
        (HERE / name / "config.json").write_text(json.dumps({
            "architecture": architecture, "num_classes": model.num_classes, "model_args": args,
            "pretrained_cfg": {"tag": tag, "mean": statistics[0], "std": statistics[1]}}))

    tiny = dict(img_size=32, patch_size=8, embed_dim=32, depth=2, num_heads=4)
    model = shake(timm.models.VisionTransformer(num_classes=3, **tiny))
    save_timm("timm-vit", model, "vit_small_patch16_224", "augreg_in1k", HALF, num_heads=4)
    x = pixels(32)
    case("timm-vit", "timm-vit", "vit", {"pixels": x, "tokens": model.forward_features(normalised(x, HALF))},
         extra=["timm", "0.5"])
    larger = shake(timm.models.VisionTransformer(num_classes=0, dynamic_img_size=True, **tiny))
    save_timm("timm-dino", larger, "vit_small_patch16_224", "dino", IMAGENET, num_heads=4)
    for size in (32, 48, 24):
        x = pixels(size)
        case(f"timm-dino-{size}", "timm-dino", "dino",
             {"pixels": x, "tokens": larger.forward_features(normalised(x, IMAGENET))}, size=None if size == 32 else size)

    # timm's CLIP tower: pre-norm, projection as head with a bias of zeros, eps 1e-5
    from functools import partial

    from timm.layers import QuickGELU

    for tag, act in (("openai", QuickGELU), ("laion2b", torch.nn.GELU)):
        model = shake(timm.models.VisionTransformer(
            num_classes=24, pre_norm=True, norm_layer=partial(torch.nn.LayerNorm, eps=1e-5), act_layer=act, **tiny))
        model.head.bias.zero_()
        name = f"timm-clip-{tag}"
        save_timm(name, model, "vit_base_patch16_clip_224", tag, CLIP, num_heads=4)
        x = pixels(32)
        tokens = model.forward_features(normalised(x, CLIP))
        case(name, name, "clip", {"pixels": x, "tokens": tokens, "projected": model.head(tokens)})

    # timm's DINOv2
    model = shake(timm.models.VisionTransformer(num_classes=0, init_values=1.0, dynamic_img_size=True, **tiny))
    save_timm("timm-dinov2", model, "vit_small_patch14_dinov2", "lvd142m", IMAGENET, num_heads=4)
    for size in (32, 48):
        x = pixels(size)
        case(f"timm-dinov2-{size}", "timm-dinov2", "dinov2",
             {"pixels": x, "tokens": model.forward_features(normalised(x, IMAGENET))}, size=None if size == 32 else size)

    # A bare file of DINO's run: student and teacher, wrappers before the names, heads = width / 64, positions by its
    # own rule
    model = shake(timm.models.VisionTransformer(
        num_classes=0, img_size=16, patch_size=4, embed_dim=64, depth=1, num_heads=1, mlp_ratio=1.0, dynamic_img_size=True))
    state = {f"teacher.backbone.{k}": v for k, v in model.state_dict().items()}
    state["teacher.head.mlp.0.weight"] = torch.ones(2, 64)
    for key in ("cls_token", "patch_embed.proj.weight"):
        state[f"student.module.backbone.{key}"] = torch.zeros_like(model.state_dict()[key])
    save_file({k: v.half() for k, v in state.items()}, HERE / "dino-run.safetensors")
    model = model.half().float()

    def dino_positions(table, old, new):
        # facebookresearch/dino, vision_transformer.py, interpolate_pos_encoding: a factor, with 0.1 added to the new
        # size
        grid = table[:, 1:].reshape(1, old, old, -1).permute(0, 3, 1, 2)
        grid = F.interpolate(grid, scale_factor=((new + 0.1) / old, (new + 0.1) / old), mode="bicubic")
        assert grid.shape[-1] == new
        return torch.cat([table[:, :1], grid.permute(0, 2, 3, 1).reshape(1, new * new, -1)], dim=1)

    table = model.pos_embed.clone()
    for size in (16, 28, 12):
        x = pixels(size)
        if size != 16:
            model.pos_embed = torch.nn.Parameter(dino_positions(table, 4, size // 4))
            model.patch_embed.img_size, model.patch_embed.grid_size = (size, size), (size // 4, size // 4)
        case(f"dino-run-{size}", "dino-run.safetensors", "dino",
             {"pixels": x, "tokens": model.forward_features(normalised(x, IMAGENET))}, size=None if size == 16 else size)

    # Both towers of CLIP, with texts
    text = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=48, vocab_size=669,
                max_position_embeddings=20, bos_token_id=667, eos_token_id=668)
    model = shake(CLIPModel(CLIPConfig(projection_dim=16, vision_config=SMALL, text_config=text)))
    model.logit_scale.fill_(3.25)
    model.save_pretrained(HERE / "clip-both")
    for file in ("vocab.json", "merges.txt"):
        shutil.copy(HERE.parent / "tokenizer" / file, HERE / "clip-both" / file)
    from transformers import CLIPTokenizer

    tokenizer = CLIPTokenizer.from_pretrained(HERE / "clip-both")
    texts = ["a photo of a red square", "two cats", "the number seven, in the evening of a garden with flowers and trees, 123"]
    ids = tokenizer(texts, padding="max_length", truncation=True, max_length=20, return_tensors="pt")
    features = model.get_text_features(**ids)
    features = getattr(features, "pooler_output", features)
    save_file({"features": features, "ids": ids["input_ids"].float()}, HERE / "clip-both.text.safetensors",
              metadata={"texts": json.dumps(texts)})
    x = pixels(32)
    tokens = model.vision_model.post_layernorm(model.vision_model(normalised(x, CLIP)).last_hidden_state)
    case("clip-both", "clip-both", "clip",
         {"pixels": x, "tokens": tokens, "projected": model.visual_projection(tokens)}, extra=["projection 16"])
    # text tower under OpenAI's names
    weights = load_file(HERE / "clip-both/model.safetensors")
    named = {}
    for key, value in weights.items():
        if not key.startswith("text_model."):
            continue
        key = key.removeprefix("text_model.")
        for old, new in [("embeddings.token_embedding", "token_embedding"),
                         ("embeddings.position_embedding.weight", "positional_embedding"), ("final_layer_norm", "ln_final"),
                         ("encoder.layers.", "transformer.resblocks."), ("layer_norm", "ln_"), ("self_attn.", "attn."),
                         ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj")]:
            key = key.replace(old, new)
        named[key] = value
    for block in range(2):
        for last in ("weight", "bias"):
            stem = f"transformer.resblocks.{block}.attn."
            named[f"{stem}in_proj_{last}"] = torch.cat([named.pop(f"{stem}{n}_proj.{last}") for n in "qkv"])
    named["text_projection"] = weights["text_projection.weight"].T.contiguous()
    named["logit_scale"] = weights["logit_scale"]
    named["visual.conv1.weight"] = torch.zeros(1)
    (HERE / "openclip-text").mkdir()
    save_file(named, HERE / "openclip-text/model.safetensors")
    (HERE / "openclip-text/config.json").write_text(json.dumps(
        {"model_cfg": {"embed_dim": 16, "quick_gelu": True, "vision_cfg": {}, "text_cfg": {"heads": 3}}}))

# sin-cos positions of MAE, whose published layout has the column's half first
from transformers.models.vit_mae.modeling_vit_mae import build_2d_sinusoidal_position_embedding

rows_first = build_2d_sinusoidal_position_embedding(5, 5, 24, cls_token=True)
save_file({"positions": torch.cat([rows_first[:, 12:], rows_first[:, :12]], dim=1)}, HERE / "sincos.safetensors")

for folder in HERE.iterdir():
    if folder.is_dir() and (folder / "config.json").exists():
        text = json.loads((folder / "config.json").read_text())
        text.pop("transformers_version", None)
        (folder / "config.json").write_text(json.dumps(text, sort_keys=True))
for file in HERE.rglob("*.safetensors"):
    if file.parent != HERE and file.parent.name not in ("beit", "clip-both"):
        save_file({k: v.half() for k, v in load_file(file).items()}, file, metadata={"format": "pt"})
    file.chmod(0o644)
(HERE / "index.json").write_text(json.dumps(CASES, indent=0))
print(len(CASES), "cases,", sum(f.stat().st_size for f in HERE.rglob("*") if f.is_file()), "bytes")
