"""Makes towers/: small random models without CLS, with rotary positions or gated MLPs, with what their libraries give for them.

SigLIP, I-JEPA, DINOv3, EVA-02, TIPS, DINOv2's gated model and MetaCLIP 2, under the names of transformers, timm, open_clip and of their
authors. Run: python make_towers.py (torch, transformers, timm, open_clip_torch, safetensors). `index.json` lists the cases that
LoadVisionTests.swift runs. Where a model has no CLS, the first token is what it pools of its patches.
"""

import copy
import json
import pathlib
import shutil
from functools import partial

import open_clip.timm_model
import timm
import torch
from safetensors.torch import load_file, save_file
from timm.layers import LayerNorm, SwiGLUPacked
from timm.models.eva import Eva
from timm.models.vision_transformer import VisionTransformer
from transformers import (
    Dinov2Config,
    Dinov2Model,
    DINOv3ViTConfig,
    DINOv3ViTModel,
    IJepaConfig,
    IJepaModel,
    MetaClip2VisionConfig,
    MetaClip2VisionModelWithProjection,
    Siglip2VisionConfig,
    Siglip2VisionModel,
    SiglipConfig,
    SiglipModel,
    SiglipVisionConfig,
    SiglipVisionModel,
    Tipsv2VisionConfig,
    Tipsv2VisionModel,
)

HERE = pathlib.Path(__file__).parent / "towers"
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir()
CASES = []
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
CLIP = ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])
HALF = ([0.5] * 3, [0.5] * 3)
NONE = ([0.0] * 3, [1.0] * 3)
SMALL = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, image_size=32, patch_size=8)
TINY = dict(img_size=32, patch_size=8, embed_dim=32, depth=2, num_heads=4)
BARE = dict(img_size=32, patch_size=8, embed_dim=64, depth=1, num_heads=1, mlp_ratio=0.5)


def shake(model):
    """Random values of a size that makes every parameter count, which 16 bits hold exactly."""
    generator = torch.Generator().manual_seed(len(CASES) + 300)
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


def case(name, path, family, x, tokens, size=None, report=(), **others):
    save_file({"pixels": x, "tokens": tokens.contiguous(), **others}, HERE / f"{name}.expected.safetensors")
    CASES.append({"name": name, "path": path, "family": family, "imageSize": size, "report": list(report)})


def half(state):
    return {k: v.half().contiguous() if v.is_floating_point() else v for k, v in state.items()}


def keep(name, state, configuration, file="config.json"):
    (HERE / name).mkdir()
    save_file(half(state), HERE / name / "model.safetensors")
    (HERE / name / file).write_text(json.dumps(configuration))


def keep_torch(name, state, configuration=None, file="model.pth"):
    (HERE / name).mkdir()
    torch.save(state, HERE / name / file)
    if configuration:
        (HERE / name / "config.json").write_text(json.dumps(configuration))


def timm_configuration(architecture, statistics, **args):
    return {"architecture": architecture, "num_classes": 0, "model_args": args,
            "pretrained_cfg": {"mean": statistics[0], "std": statistics[1], "input_size": [3, 32, 32]}}


def keep_transformers(name, model):
    # A copy: 16 bits would round its frequencies, too.
    copy.deepcopy(model).half().save_pretrained(HERE / name)


def without_registers(out, count):
    return torch.cat([out[:, :1], out[:, 1 + count:]], dim=1)


def pooled_first(first, patches):
    return torch.cat([first[:, None], patches], dim=1)


def gradients(name, model, x, features, merged):
    """Keeps the gradients of sum(tokens * upstream), under our names: some of ours are several of theirs, one below the other."""
    with torch.enable_grad():
        tokens = features(x)
        upstream = torch.randn(tokens.shape, generator=torch.Generator().manual_seed(5))
        model.zero_grad()
        (tokens * upstream).sum().backward()
    found = {k: p.grad for k, p in model.named_parameters() if p.grad is not None}
    for ours, theirs in merged.items():
        found[ours] = torch.cat([found.pop(part) for part in theirs])
    kept = {f"gradient/{k}": v.half().float().contiguous() for k, v in found.items() if "blocks.1." not in k}
    save_file({"pixels": x, "upstream": upstream, **{k: v.half() for k, v in kept.items()}}, HERE / f"{name}.gradients.safetensors")
    model.zero_grad()


with torch.no_grad():
    # SigLIP: transformers, at its size and another; both towers; without its head
    model = shake(SiglipVisionModel(SiglipVisionConfig(**SMALL)))
    keep_transformers("siglip", model)
    for size in (32, 48):
        x = pixels(size)
        out = model(normalised(x, HALF), interpolate_pos_encoding=True)
        case(f"siglip-{size}", "siglip", "siglip", x, pooled_first(out.pooler_output, out.last_hidden_state),
             None if size == 32 else size, ["tanh GELU", "attention pooling", "transformers names"])
    text = dict(hidden_size=32, num_hidden_layers=1, num_attention_heads=4, intermediate_size=32, vocab_size=20,
                max_position_embeddings=8)
    model = shake(SiglipModel(SiglipConfig(text_config=text, vision_config=SMALL)))
    keep_transformers("siglip-both", model)
    x = pixels(32)
    out = model.vision_model(normalised(x, HALF))
    case("siglip-both", "siglip-both", "siglip", x, pooled_first(out.pooler_output, out.last_hidden_state))
    model = shake(SiglipVisionModel(SiglipVisionConfig(vision_use_head=False, **SMALL)))
    keep_transformers("siglip-headless", model)
    out = model(normalised(x, HALF)).last_hidden_state
    case("siglip-headless", "siglip-headless", "siglip", x, pooled_first(out.mean(1), out), report=["mean in place of CLS"])

    # SigLIP 2 for any shape of picture: patches come cut and positions are resized as the picture asks
    model = shake(Siglip2VisionModel(Siglip2VisionConfig(num_patches=16, **{k: v for k, v in SMALL.items() if k != "image_size"})))
    keep_transformers("siglip2", model)
    for size in (32, 48, 24):
        x, grid = pixels(size), size // 8
        cut = normalised(x, HALF).reshape(3, grid, 8, grid, 8).permute(1, 3, 2, 4, 0).reshape(1, grid * grid, -1)
        out = model(cut, torch.ones(1, grid * grid, dtype=torch.long), torch.tensor([[grid, grid]]))
        case(f"siglip2-{size}", "siglip2", "siglip", x, pooled_first(out.pooler_output, out.last_hidden_state),
             None if size == 32 else size)
    x = pixels(32)

    # SigLIP: timm, with either form of GELU, and its model that pools by the mean
    for name, architecture, act in (("timm-siglip", "vit_base_patch16_siglip_224", "gelu"),
                                    ("timm-siglip-tanh", "vit_base_patch32_siglip_256", "gelu_tanh")):
        model = shake(VisionTransformer(num_classes=0, class_token=False, global_pool="map", act_layer=act,
                                        dynamic_img_size=True, mlp_ratio=1.5, **TINY))
        keep(name, model.state_dict(), timm_configuration(architecture, HALF, num_heads=4))
        for size in (32, 48) if act == "gelu" else (32,):
            x = pixels(size)
            out = model.forward_features(normalised(x, HALF))
            case(f"{name}-{size}", name, "siglip", x, pooled_first(model.attn_pool(out), out), None if size == 32 else size,
                 ["tanh GELU" if act == "gelu_tanh" else "; GELU"])
        if act == "gelu_tanh":
            def features(x):
                out = model.forward_features(normalised(x, HALF))
                return pooled_first(model.attn_pool(out), out)

            gradients(name, model, pixels(32), features, {
                f"attn_pool.attn.qkv.{last}": [f"attn_pool.q.{last}", f"attn_pool.kv.{last}"] for last in ("weight", "bias")})
    x = pixels(32)
    model = shake(VisionTransformer(num_classes=0, class_token=False, global_pool="avg", fc_norm=False, mlp_ratio=1.5, **TINY))
    keep("timm-siglip-gap", model.state_dict(), timm_configuration("vit_base_patch16_siglip_gap_224", HALF, num_heads=4))
    out = model.forward_features(normalised(x, HALF))
    case("timm-siglip-gap", "timm-siglip-gap", "siglip", x, pooled_first(out.mean(1), out))

    # SigLIP and EVA-CLIP as open_clip keeps them: timm's tower under visual.trunk
    create = timm.create_model

    def open_clip_tower(name, pool, proj, **changes):
        open_clip.timm_model.timm.create_model = lambda name, **args: create(name, **args, **changes)
        tower = shake(open_clip.timm_model.TimmModel(name, 24, image_size=32, pool=pool, proj=proj))
        open_clip.timm_model.timm.create_model = create
        return tower

    def keep_open_clip(folder, tower, name, pool, proj, statistics):
        state = {f"visual.{k}": v for k, v in tower.state_dict().items()}
        state |= {"logit_scale": torch.tensor(4.6), "logit_bias": torch.tensor(-10.0), "text.ln_final.weight": torch.ones(8)}
        keep(folder, state, {
            "model_cfg": {"embed_dim": 24, "text_cfg": {}, "vision_cfg": {
                "image_size": 32, "timm_model_name": name, "timm_pool": pool, "timm_proj": proj}},
            "preprocess_cfg": {"mean": statistics[0], "std": statistics[1]}}, "open_clip_config.json")

    tower = open_clip_tower("vit_base_patch16_siglip_224", "map", "none", **BARE)
    keep_open_clip("openclip-siglip", tower, "vit_base_patch16_siglip_224", "map", "none", HALF)
    out = tower.trunk.forward_features(normalised(x, HALF))
    case("openclip-siglip", "openclip-siglip", "siglip", x, pooled_first(tower(normalised(x, HALF)), out))
    tower = open_clip_tower("eva02_base_patch16_clip_224", "token", None, **BARE)
    keep_open_clip("openclip-eva", tower, "eva02_base_patch16_clip_224", "token", None, CLIP)
    out = tower.trunk.forward_features(normalised(x, CLIP))
    case("openclip-eva", "openclip-eva", "eva", x, out, report=["projection 24"], projected=tower.trunk.head(out))

    # I-JEPA: transformers, and its authors' checkpoint with an encoder and its average
    model = shake(IJepaModel(IJepaConfig(**SMALL), add_pooling_layer=False))
    keep_transformers("ijepa", model)
    for size in (32, 48):
        x = pixels(size)
        out = model(normalised(x, IMAGENET), interpolate_pos_encoding=True).last_hidden_state
        case(f"ijepa-{size}", "ijepa", "ijepa", x, pooled_first(out.mean(1), out), None if size == 32 else size)
    x = pixels(32)
    towers = {}
    for part in ("encoder", "target_encoder"):
        model = shake(VisionTransformer(num_classes=0, class_token=False, global_pool="avg", fc_norm=False, **BARE))
        CASES.append({})  # the next one is another
        towers[part] = {f"module.{k}": v.half() for k, v in model.state_dict().items()}
    CASES = [item for item in CASES if item]
    predictor = {"module.predictor_embed.weight": torch.zeros(8, 64), "module.mask_token": torch.zeros(1, 1, 8),
                 "module.predictor_blocks.0.norm1.weight": torch.ones(8)}
    keep_torch("ijepa-authors", {**towers, "predictor": predictor, "opt": {"state": {}, "param_groups": []}, "scaler": None,
                                 "epoch": 3, "loss": 0.2, "batch_size": 8, "world_size": 1, "lr": 1e-3}, file="jepa-ep3.pth.tar")
    out = model.forward_features(normalised(x, IMAGENET))
    case("ijepa-authors", "ijepa-authors", "ijepa", x, pooled_first(out.mean(1), out), report=["tower target_encoder.module"])

    # DINOv3: transformers plain and gated, at two sizes
    for name, args in (("dinov3", dict(use_gated_mlp=False)), ("dinov3-gated", dict(use_gated_mlp=True, hidden_act="silu"))):
        model = shake(DINOv3ViTModel(DINOv3ViTConfig(num_register_tokens=3, **args, **SMALL)))
        keep_transformers(name, model)
        for size in (32, 48):
            x = pixels(size)
            out = model(normalised(x, IMAGENET)).last_hidden_state
            case(f"{name}-{size}", name, "dinov3", x, without_registers(out, 3), None if size == 32 else size,
                 ["rotary positions", "SwiGLU" if "gated" in name else "; GELU"])

    # DINOv3: timm with and without biases, gated, and the authors' names for the first and the last
    rotary = dict(dynamic_img_size=True, init_values=0.1, rope_type="dinov3", rope_temperature=100, rope_rotate_half=True,
                  use_rot_pos_emb=True, use_abs_pos_emb=False, num_reg_tokens=4, use_fc_norm=False,
                  norm_layer=partial(LayerNorm, eps=1e-5))
    for name, args in (("timm-dinov3", dict(qkv_bias=False, mlp_ratio=1.5)), ("timm-dinov3-qkvb", dict(qkv_bias=True, mlp_ratio=1.5)),
                       ("timm-dinov3-gated", dict(qkv_bias=True, mlp_ratio=1.5, swiglu_mlp=True, swiglu_align_to=8))):
        model = shake(Eva(num_classes=0, **rotary, **args, **TINY))
        keep(name, model.state_dict(), timm_configuration("vit_small_patch16_dinov3", IMAGENET, num_heads=4))
        x = pixels(48)
        out = without_registers(model.forward_features(normalised(x, IMAGENET)), 4)
        case(name, name, "dinov3", x, out, 48)
        if "gated" in name:
            gradients(name, model, pixels(32), lambda x: without_registers(model.forward_features(normalised(x, IMAGENET)), 4), {
                f"blocks.{block}.mlp.fc1.{last}": [f"blocks.{block}.mlp.fc1_g.{last}", f"blocks.{block}.mlp.fc1_x.{last}"]
                for block in range(2) for last in ("weight", "bias")})
        if name == "timm-dinov3":
            continue
        own = {"rope_embed.periods": torch.ones(2), "mask_token": torch.zeros(1, 32)}
        for key, value in model.state_dict().items():
            for old, new in [("reg_token", "storage_tokens"), ("gamma_1", "ls1.gamma"), ("gamma_2", "ls2.gamma"),
                             ("fc1_g", "w1"), ("fc1_x", "w2")]:
                key = key.replace(old, new)
            own[key.replace("mlp.fc2", "mlp.w3") if "gated" in name else key] = value
        for block in range(2):
            stem = f"blocks.{block}.attn."
            # What the mask silences must not be felt.
            own[stem + "qkv.bias"] = torch.cat([own.pop(stem + "q_bias"), torch.full((32,), 3.0), own.pop(stem + "v_bias")])
            own[stem + "qkv.bias_mask"] = torch.cat([torch.ones(32), torch.zeros(32), torch.ones(32)])
        keep_torch(name.replace("timm-", "authors-"), half(own), {
            "architecture": "vit_small_patch16_dinov3", "model_args": {"num_heads": 4}, "pretrained_cfg": {}})
        case(name.replace("timm-", "authors-"), name.replace("timm-", "authors-"), "dinov3", x, out, 48)

    # EVA-02: timm's small ones, its larger ones and those of CLIP, and EVA's first; at a size with more patches than 16
    eva = dict(use_rot_pos_emb=True, ref_feat_shape=(16, 16), swiglu_mlp=True, mlp_ratio=1.5, dynamic_img_size=True)
    for name, architecture, args in (
            ("timm-eva02-tiny", "eva02_tiny_patch14_224", eva),
            ("timm-eva02", "eva02_base_patch14_224", dict(qkv_fused=False, scale_mlp=True, **eva)),
            ("timm-eva02-clip", "eva02_base_patch16_clip_224",
             dict(qkv_fused=False, scale_mlp=True, scale_attn_inner=True, global_pool="token", **eva)),
            ("timm-eva", "eva_giant_patch14_224", dict(mlp_ratio=1.5, global_pool="token", dynamic_img_size=True))):
        model = shake(Eva(num_classes=5 if "clip" in name else 0, **args, **TINY))
        keep(name, model.state_dict(), timm_configuration(architecture, CLIP, num_heads=4))
        for size in (32, 48):
            x = pixels(size)
            out = model.forward_features(normalised(x, CLIP))
            projected = {"projected": model.head(out)} if "clip" in name else {}
            case(f"{name}-{size}", name, "eva", x, out, None if size == 32 else size,
                 ["SwiGLU", "rotary positions"] if "eva02" in name else ["; GELU"], **projected)
        if name == "timm-eva02-clip":
            gradients(name, model, pixels(32), lambda x: model.forward_features(normalised(x, CLIP)), {
                **{f"blocks.{block}.mlp.fc1.{last}": [f"blocks.{block}.mlp.fc1_g.{last}", f"blocks.{block}.mlp.fc1_x.{last}"]
                   for block in range(2) for last in ("weight", "bias")},
                **{f"blocks.{block}.attn.qkv.weight": [f"blocks.{block}.attn.{part}_proj.weight" for part in "qkv"]
                   for block in range(2)},
                **{f"blocks.{block}.attn.{part}_bias": [f"blocks.{block}.attn.{part}_proj.bias"]
                   for block in range(2) for part in "qv"}})
            own = {"visual.rope.freqs_cos": torch.zeros(16, 8), "visual.blocks.0.attn.rope.freqs_sin": torch.zeros(16, 8)}
            for key, value in model.state_dict().items():
                for old, new in [("mlp.fc1_g", "mlp.w1"), ("mlp.fc1_x", "mlp.w2"), ("mlp.fc2", "mlp.w3"), ("mlp.norm", "mlp.ffn_ln"),
                                 ("attn.norm", "attn.inner_attn_ln"), ("attn.q_proj.bias", "attn.q_bias"),
                                 ("attn.v_proj.bias", "attn.v_bias")]:
                    key = key.replace(old, new)
                own[f"visual.{key}"] = value
            own["text.token_embedding.weight"] = torch.zeros(3, 4)
            keep_torch("authors-eva02-clip", half(own), {
                "architecture": "eva02_base_patch16_clip_224", "model_args": {"num_heads": 4}, "pretrained_cfg": {}})
            x = pixels(32)
            case("authors-eva02-clip", "authors-eva02-clip", "eva", x, model.forward_features(normalised(x, CLIP)))

    # DINOv2's gated model: transformers and timm
    x = pixels(32)
    model = shake(Dinov2Model(Dinov2Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, mlp_ratio=2, image_size=32,
                                           patch_size=8, use_swiglu_ffn=True)))
    keep_transformers("dinov2-gated", model)
    case("dinov2-gated", "dinov2-gated", "dinov2", x, model(normalised(x, IMAGENET)).last_hidden_state, report=["SwiGLU"])
    model = shake(VisionTransformer(num_classes=0, init_values=0.1, mlp_ratio=2, mlp_layer=SwiGLUPacked, act_layer=torch.nn.SiLU, **TINY))
    keep("timm-dinov2-gated", model.state_dict(), timm_configuration("vit_giant_patch14_dinov2", IMAGENET, num_heads=4))
    case("timm-dinov2-gated", "timm-dinov2-gated", "dinov2", x, model.forward_features(normalised(x, IMAGENET)), report=["SwiGLU"])

    # TIPS, whose layout is DINOv2's with one register: timm and transformers
    model = shake(VisionTransformer(num_classes=0, init_values=1.0, reg_tokens=1, no_embed_class=True, mlp_ratio=1.5, **TINY))
    keep("timm-tips", model.state_dict(), timm_configuration("vit_base_patch14_reg1_tipsv2", NONE, num_heads=4))
    case("timm-tips", "timm-tips", "tips", x, without_registers(model.forward_features(normalised(x, NONE)), 1))
    for name, gated in (("tips", False), ("tips-gated", True)):
        model = shake(Tipsv2VisionModel(Tipsv2VisionConfig(
            hidden_size=32, num_hidden_layers=2, num_attention_heads=4, mlp_ratio=2, image_size=32, patch_size=8, use_swiglu_ffn=gated)))
        keep_transformers(name, model)
        case(name, name, "tips", x, without_registers(model(normalised(x, NONE)).last_hidden_state, 1))

    # MetaCLIP 2: CLIP's tower under a model type of its own
    model = shake(MetaClip2VisionModelWithProjection(MetaClip2VisionConfig(projection_dim=24, hidden_act="gelu", **SMALL)))
    keep_transformers("metaclip2", model)
    hidden = model.vision_model(normalised(x, CLIP)).last_hidden_state
    case("metaclip2", "metaclip2", "clip", x, model.vision_model.post_layernorm(hidden), report=["; GELU", "projection 24"])

for file in HERE.rglob("config.json"):
    text = json.loads(file.read_text())
    text.pop("transformers_version", None)
    file.write_text(json.dumps(text, sort_keys=True))
for file in HERE.rglob("*.safetensors"):
    if file.parent != HERE:
        save_file({k: v.half() for k, v in load_file(file).items()}, file, metadata={"format": "pt"})
    file.chmod(0o644)
(HERE / "index.json").write_text(json.dumps(CASES, indent=1) + "\n")
print(len(CASES), "cases,", sum(f.stat().st_size for f in HERE.rglob("*") if f.is_file()), "bytes")
