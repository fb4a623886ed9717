"""Exports models by `mvp export`, loads them by timm, transformers, open_clip, torch and onnxruntime, and compares every token with
`mvp features`.

Run: python compare_exports.py [--program .build/release/mvp] [--only TARGET] (numpy, pillow, torch, timm, transformers, open_clip_torch, onnx,
onnxruntime, safetensors). Prints a table; status 1 where a difference is above 1e-5 of the largest value.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import onnx
import onnxruntime
import open_clip
import safetensors
import timm
import torch
import transformers
from PIL import Image
from safetensors.torch import load_file, save_file

warnings.simplefilter("ignore")
ALLOWED = 1e-5
SESSION = """
seed: 3
student: {{image_size: 224, patch_size: 16, width: 64, depth: 2, heads: 4, {student}}}
data: {{kind: scenes, image_size: 224, range: [0, 8]{data}}}
guidance: {{teacher: {{weights: random}}, start: teacher}}
objective: {{loss: cosine}}
schedule: {{steps: 2, batch_size: 2, checkpoint_every: 2, eval_every: 0}}
optimizer: {{learning_rate: 0.01, warmup_steps: 1}}
evals: {{data: {{kind: scenes, train_range: [100, 112], test_range: [112, 124]}}, at_end: []}}
preview: {{count: 1}}
"""
TUNING = """
task: finetune
finetune: {{from: {source}, pooling: {pooling}, rand_augment: none}}
schedule: {{steps: 1, batch_size: 4, checkpoint_every: 1, eval_every: 0}}
evals: {{data: {{kind: scenes, train_range: [100, 112], test_range: [112, 124]}}, at_end: []}}
data: {{kind: scenes, image_size: 224, range: [100, 112]}}
optimizer: {{warmup_steps: 0}}
"""
SEGMENTING = """
task: segment
segment: {{from: {source}{head}}}
schedule: {{steps: 2, batch_size: 4, checkpoint_every: 2, eval_every: 0}}
evals: {{data: {{kind: scenes, train_range: [100, 112], test_range: [112, 124]}}, at_end: []}}
data: {{kind: scenes, image_size: 224, range: [100, 112]}}
optimizer: {{warmup_steps: 0}}
"""
STUDENTS = {
    "BEiT-like": "relative_position_bias: true, layer_scale: 0.1",
    "BEiT-like, no scale": "relative_position_bias: true, layer_scale: none",
    "plain": "relative_position_bias: false, positions: learned, layer_scale: none, qkv_bias: full",
    "plain, q and v": "relative_position_bias: false, positions: learned, layer_scale: none",
    "sines, scale": "relative_position_bias: false, positions: sincos, layer_scale: 0.1",
    "plain, no biases": "relative_position_bias: false, positions: learned, layer_scale: none, qkv_bias: none",
    "CLIP-like": "relative_position_bias: false, positions: learned, layer_scale: none, pre_norm: true, quick_gelu: true, norm_eps: 1.0e-5",
}


class Comparison:
    targets = ("timm", "transformers", "open_clip", "torch", "onnx")
    # Of the pictures that models are shown: PNGs that are grey, of colours, or with transparency as a fourth channel.
    channels = 3

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.rows, self.worst = [], 0.0

    def mvp(self, *words):
        done = subprocess.run([self.program, *words, ], cwd=self.folder, capture_output=True, text=True)
        return done

    def must(self, *words):
        done = self.mvp(*words)
        if done.returncode:
            sys.exit(f"{' '.join(words)}: {done.stderr}{done.stdout[-400:]}")
        return done.stdout

    def pictures(self, size):
        place = os.path.join(self.folder, f"pictures-{size}-{self.channels}")
        if not os.path.exists(place):
            os.makedirs(place)
            height, width = sides(size)
            generator = np.random.default_rng(height)
            for index in range(2):
                values = generator.integers(0, 256, (height, width, self.channels), dtype=np.uint8)
                Image.fromarray(values.squeeze(2) if self.channels == 1 else values).save(f"{place}/{index}.png")
        planes = [np.asarray(Image.open(f"{place}/{index}.png"), dtype=np.float32) / 255 for index in range(2)]
        return place, torch.tensor(np.stack(planes)).reshape(2, *sides(size), self.channels).permute(0, 3, 1, 2)

    def tokens(self, weights, size):
        place, pixels = self.pictures(size)
        output = os.path.join(self.folder, "features.safetensors")
        self.must("features", "--weights", weights, "--images", place, "--size", str(size), "--tokens", "all", "--output", output)
        return pixels, load_file(output)["features"]

    def note(self, name, target, what, size, mine, theirs):
        difference = ((mine - theirs).abs().max() / theirs.abs().max()).item()
        cosine = torch.nn.functional.cosine_similarity(mine.flatten(0, -2), theirs.flatten(0, -2), dim=-1).min().item()
        self.worst = max(self.worst, difference)
        self.rows.append((name, target, what, str(size), f"{difference:.1e}", f"{cosine:.7f}"))

    def refused(self, name, target, sentence):
        self.rows.append((name, target, "refused: " + sentence.strip()[:110], "", "", ""))

    def compare(self, name, source, sizes=(224, 320, "192x320"), head=None):
        for size in sizes:
            pixels, mine = self.tokens(source, size)
            for target in self.targets:
                output = os.path.join(self.folder, f"export-{len(self.rows)}")
                done = self.mvp("export", source, "--to", target, "--image-size", str(size), "--output", output, "--json")
                if done.returncode:
                    self.refused(name, target, done.stderr)
                    continue
                with torch.no_grad():
                    what, theirs, mean, deviation = getattr(self, target)(output, pixels, size, mine)
                if head is None:
                    self.note(name, target, what, size, mine, theirs)
                elif target != "torch":
                    self.note(name, target, what, size, head(mine), theirs)

    def timm(self, output, pixels, size, mine):
        model = timm.create_model(f"local-dir:{output}", pretrained=True).eval()
        statistics = json.load(open(f"{output}/config.json"))["pretrained_cfg"]
        x = normalised(pixels, statistics["mean"], statistics["std"])
        found = model(x) if model.num_classes else timm_tokens(model, x)
        return type(model).__name__, found, None, None

    def transformers(self, output, pixels, size, mine):
        name = json.load(open(f"{output}/config.json"))["architectures"][0]
        model, told = getattr(transformers, name).from_pretrained(output, output_loading_info=True)
        unread = [key for key in told["missing_keys"] if "pooler." not in key]
        assert not unread and not told["unexpected_keys"] and not told["mismatched_keys"], told
        processor = transformers.AutoImageProcessor.from_pretrained(output)
        assert (processor.crop_size["height"], processor.crop_size["width"]) == sides(size), processor
        x = normalised(pixels, processor.image_mean, processor.image_std)
        found = model.eval()(x)
        if name == "CLIPVisionModel":
            tower = getattr(model, "vision_model", model)
            return name, tower.post_layernorm(found.last_hidden_state), None, None
        tokens = found.logits if "logits" in found else found.last_hidden_state
        if name == "SiglipVisionModel":
            tokens = torch.cat([found.pooler_output[:, None], tokens], dim=1)
        elif name == "IJepaModel":
            tokens = torch.cat([tokens.mean(1, keepdim=True), tokens], dim=1)
        registers = getattr(model.config, "num_register_tokens", 0)
        return name, torch.cat([tokens[:, :1], tokens[:, 1 + registers:]], dim=1) if registers else tokens, None, None

    def open_clip(self, output, pixels, size, mine):
        """All tokens behind the last norm; the projection is left aside."""
        tower = os.path.join(output, "visual.pt")
        more = {"pretrained_image_path": tower} if os.path.exists(tower) else {}
        model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{output}", **more)
        visual = model.eval().visual
        if more:
            told = visual.load_state_dict(torch.load(tower, weights_only=True), strict=True)
            assert not told.missing_keys and not told.unexpected_keys, told
        kept = json.load(open(f"{output}/open_clip_config.json"))["preprocess_cfg"]
        assert tuple(visual.image_size) == sides(size), visual.image_size
        if hasattr(visual, "trunk"):
            tokens = timm_tokens(visual.trunk, normalised(pixels, kept["mean"], kept["std"]))
            return f"TimmModel, {type(visual.trunk).__name__}", tokens, None, None
        visual.proj, visual.output_tokens = None, True
        cls, patches = visual(normalised(pixels, kept["mean"], kept["std"]))
        tokens = torch.cat([cls[:, None], patches], dim=1)
        return "CLIP, image tower" if more else "CLIP", tokens, None, None

    def onnx(self, output, pixels, size, mine):
        path = os.path.join(output, "model.onnx")
        onnx.checker.check_model(path, full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        names = [value.name for value in session.get_outputs()]
        whole = session.run(None, {"pixels": pixels.numpy()})
        # Any batch goes in: one picture is as two are.
        one = session.run(None, {"pixels": pixels[1:].numpy()})
        assert np.abs(one[0][0] - whole[0][1]).max() <= ALLOWED * np.abs(whole[0]).max()
        opset = onnx.load(path, load_external_data=False).opset_import[0].version
        return f"opset {opset}, {', '.join(names)}", torch.tensor(whole[0]), None, None

    def torch(self, output, pixels, size, mine):
        """What torch.load reads is what the export to timm or the workbench's own file has: read again by mvp."""
        state = torch.load(f"{output}/model.pth", weights_only=True, mmap=True)
        assert all(torch.isfinite(value).all() for value in state.values())
        timm_output = output + "-timm"
        done = self.mvp("export", self.source, "--to", "timm", "--image-size", str(size), "--output", timm_output)
        if done.returncode:
            return "state dict", mine, None, None
        model = timm.create_model(f"local-dir:{timm_output}", pretrained=False).eval()
        state = {k: v for k, v in state.items() if k not in ("mask_token",)}
        if not hasattr(model.blocks[0], "gamma_1"):
            state = {k.replace(".gamma_1", ".ls1.gamma").replace(".gamma_2", ".ls2.gamma"): v for k, v in state.items()}
            for index in range(len(model.blocks)):
                stem = f"blocks.{index}.attn."
                if stem + "q_bias" in state:
                    q, v = state.pop(stem + "q_bias"), state.pop(stem + "v_bias")
                    state[stem + "qkv.bias"] = torch.cat([q, torch.zeros_like(q), v])
        else:
            for index in range(len(model.blocks)):
                bias = state.pop(f"blocks.{index}.attn.qkv.bias", None)
                if bias is not None:
                    state[f"blocks.{index}.attn.q_bias"], _, state[f"blocks.{index}.attn.v_bias"] = bias.chunk(3)
        if "patch_embed.proj.bias" not in model.state_dict():
            state["pos_embed"][:, 1:] += state.pop("patch_embed.proj.bias")
        for last in ("weight", "bias"):
            if f"fc_norm.{last}" in model.state_dict() and f"fc_norm.{last}" not in state:
                state[f"fc_norm.{last}"] = model.state_dict()[f"fc_norm.{last}"]
        if "register_tokens" in state:
            state["reg_token"] = state.pop("register_tokens")
            count = state["reg_token"].shape[1]
            position = state["pos_embed"]
            state["pos_embed"] = torch.cat([position[:, :1], torch.zeros_like(position[:, :count]), position[:, 1:]], dim=1)
        told = model.load_state_dict(state, strict=False)
        assert not told.unexpected_keys and not told.missing_keys, told
        statistics = json.load(open(f"{timm_output}/config.json"))["pretrained_cfg"]
        x = normalised(pixels, statistics["mean"], statistics["std"])
        return "state dict", model(x) if model.num_classes else timm_tokens(model, x), None, None

    def towers(self):
        """Models without CLS, with rotary positions, gated MLPs and norms inside their branches; torch has them under timm's names or not at all."""
        place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../ModelsTests/Fixtures/towers")
        with open(os.path.join(place, "index.json")) as file:
            models = {}
            for entry in json.load(file):
                models.setdefault(entry["path"], []).append(entry["imageSize"])
        others, self.targets = self.targets, tuple(target for target in self.targets if target != "torch")
        for path, sizes in models.items():
            source = os.path.join(place, path)
            told = self.mvp("weights", source, "--json")
            if told.returncode:
                self.refused(path, "mvp weights", told.stderr)
                continue
            own = json.loads(told.stdout)["sizes"]["image_size"]
            self.compare(path, source, sizes=sorted({size or own for size in sizes}) + ["40x24"])
        self.targets = others

    def timm_towers(self):
        """Random models of the sizes that timm has names for, by which open_clip makes them as image towers."""
        if "open_clip" not in self.targets:
            return
        others, self.targets = self.targets, ("open_clip",)
        named = [("vit_base_patch32_siglip_256", {}, (256,)), ("vit_base_patch16_siglip_gap_224", {}, (224,)),
                 ("vit_small_patch16_dinov3", {}, (224, 320)), ("vit_small_plus_patch16_dinov3_qkvb", {}, (224,)),
                 ("eva02_base_patch16_clip_224", {"num_classes": 64}, (224,))]
        for name, more, sizes in named:
            torch.manual_seed(1)
            model = timm.create_model(name, pretrained=False, **{"num_classes": 0, **more})
            with torch.no_grad():
                for parameter in model.parameters():
                    if parameter.dim() == 1:
                        parameter.add_(0.1 * torch.randn_like(parameter))
            source = os.path.join(self.folder, name)
            os.makedirs(source)
            save_file({key: value.contiguous() for key, value in model.state_dict().items()}, os.path.join(source, "model.safetensors"))
            statistics = {key: model.pretrained_cfg[key] for key in ("mean", "std", "input_size")}
            with open(os.path.join(source, "config.json"), "w") as file:
                json.dump({"architecture": name, "model_args": {}, "pretrained_cfg": statistics}, file)
            self.compare(name, source, sizes=sizes)
        self.targets = others

    def other_channels(self):
        """Models for pictures of one channel and of four."""
        place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../ModelsTests/Fixtures/channels")
        with open(os.path.join(place, "index.json")) as file:
            for entry in json.load(file):
                self.channels, self.source = entry["channels"], os.path.join(place, entry["name"])
                self.compare(entry["name"], self.source, sizes=(16, 24))
        with open(os.path.join(self.folder, "grey.yaml"), "w") as file:
            file.write(SESSION.format(student=STUDENTS["plain"], data=", channels: 1"))
        self.must("run", "grey.yaml", "--headless")
        self.channels, self.source = 1, newest_checkpoint(self.folder, "grey")
        self.compare("plain, of grey scenes", self.source, sizes=(224,))
        self.channels = 3

    def segmentation(self):
        """A linear head for pixels' classes, by ONNX against torch on the workbench's tokens."""
        if "onnx" not in self.targets:
            return
        with open(os.path.join(self.folder, "segmenting.yaml"), "w") as file:
            file.write(SEGMENTING.format(source="student-0", head=""))
        self.must("run", "segmenting.yaml", "--headless")
        source = newest_checkpoint(self.folder, "segmenting")
        weights = load_file(os.path.join(source, "student.safetensors"))
        for size in (224, 320):
            pixels, tokens = self.tokens(source, size)
            head = {name.removeprefix("decode_head."): value for name, value in weights.items() if name.startswith("decode_head.")}
            normed = (tokens[:, 1:] - head["bn.running_mean"]) / torch.sqrt(head["bn.running_var"] + 1e-5)
            classes = (normed * head["bn.weight"] + head["bn.bias"]) @ head["conv_seg.weight"].flatten(1).T + head["conv_seg.bias"]
            side = int(classes.shape[1] ** 0.5)
            maps = classes.transpose(1, 2).reshape(len(classes), -1, side, side)
            mine = torch.nn.functional.interpolate(maps, size=(size, size), mode="bilinear", align_corners=False)
            file = os.path.join(self.folder, f"segmenting-{size}.onnx")
            self.must("export", source, "--to", "onnx", "--image-size", str(size), "--output", file)
            session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
            theirs = torch.tensor(session.run(["logits"], {"pixels": pixels.numpy()})[0])
            self.note("segmenting, linear", "onnx", "logits of pixels", size, mine, theirs)
        self.uper()

    def uper(self):
        """UperNet by ONNX against torch, which has the head's layers here and the maps of the blocks from the export to timm."""
        with open(os.path.join(self.folder, "uper.yaml"), "w") as file:
            file.write(SEGMENTING.format(source="student-0", head=", head: upernet, channels: 24"))
        self.must("run", "uper.yaml", "--headless")
        source = newest_checkpoint(self.folder, "uper")
        weights = load_file(os.path.join(source, "student.safetensors"))
        for size in (224, 320, "192x320"):
            _, pixels = self.pictures(size)
            folder, file = os.path.join(self.folder, f"uper-{size}"), os.path.join(self.folder, f"uper-{size}.onnx")
            self.must("export", source, "--to", "timm", "--image-size", str(size), "--output", folder)
            self.must("export", source, "--to", "onnx", "--image-size", str(size), "--output", file)
            model = timm.create_model(f"local-dir:{folder}", pretrained=True).eval()
            statistics = json.load(open(f"{folder}/config.json"))["pretrained_cfg"]
            depth = len(model.blocks)
            taps = [max(tap - 1, 0) for tap in (depth // 3, depth // 2, 2 * depth // 3, depth)]
            with torch.no_grad():
                x = normalised(pixels, statistics["mean"], statistics["std"])
                blocks = model.forward_intermediates(x, indices=list(range(depth)), intermediates_only=True)
                mine = uper_logits([blocks[tap] for tap in taps], weights, sides(size))
            session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
            theirs = session.run(["logits"], {"pixels": pixels.numpy()})[0]
            one = session.run(["logits"], {"pixels": pixels[1:].numpy()})[0]
            assert np.abs(one[0] - theirs[1]).max() <= ALLOWED * np.abs(theirs).max()
            self.note("segmenting, UperNet", "onnx", "logits of pixels", size, mine, torch.tensor(theirs))

    def clip(self):
        """The shipped CLIP, whole: pictures and texts, by open_clip against the workbench's, and its projection by ONNX."""
        clip = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Sources/Models/Resources/teachers/clip.safetensors")
        self.source = clip
        self.compare("shipped CLIP", clip, sizes=(64, 96))
        place, pixels = self.pictures(64)
        output = os.path.join(self.folder, "projected.safetensors")
        self.must("features", "--weights", clip, "--images", place, "--size", "64", "--project", "--output", output)
        mine = load_file(output)["features"]
        with torch.no_grad():
            if "open_clip" in self.targets:
                folder = os.path.join(self.folder, "whole-clip")
                self.must("export", clip, "--to", "open_clip", "--image-size", "64", "--output", folder)
                model = open_clip.create_model(f"local-dir:{folder}").eval()
                kept = json.load(open(f"{folder}/open_clip_config.json"))["preprocess_cfg"]
                theirs = model.encode_image(normalised(pixels, kept["mean"], kept["std"]))
                self.note("shipped CLIP", "open_clip", "encode_image", 64, mine, theirs)
                self.texts(clip, model)
            if "onnx" in self.targets:
                file = os.path.join(self.folder, "clip.onnx")
                self.must("export", clip, "--to", "onnx", "--image-size", "64", "--output", file)
                session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
                theirs = session.run(["embedding"], {"pixels": pixels.numpy()})[0]
                self.note("shipped CLIP", "onnx", "embedding", 64, mine, torch.tensor(theirs))

    def texts(self, clip, model):
        """Numbers in place of words, as both take them; the workbench's tower is computed here from its own file, layer by layer."""
        tower = {k: v.float() for k, v in load_file(clip).items() if k.startswith("text.")}
        about = json.loads(metadata(clip)["mvp.config"])["text"]
        generator = torch.Generator().manual_seed(1)
        length, end = about["contextLength"], about["endToken"]
        numbers = torch.randint(0, about["vocabularySize"], (3, length), generator=generator)
        numbers[numbers == end] = end - 1
        for row in range(3):
            numbers[row, length - 1 - row] = end
        mine = text_features(tower, about, numbers, end)
        self.note("shipped CLIP", "open_clip", "encode_text", length, mine[:, None], model.encode_text(numbers)[:, None])

    source = None


def metadata(path):
    with safetensors.safe_open(path, "pt") as file:
        return file.metadata()


def text_features(tower, about, numbers, end):
    """CLIP's text tower as openai/CLIP has it, from the names of the workbench's files."""
    def linear(x, name):
        return torch.nn.functional.linear(x, tower[f"text.{name}.weight"], tower.get(f"text.{name}.bias"))

    def norm(x, name):
        return torch.nn.functional.layer_norm(
            x, x.shape[-1:], tower[f"text.{name}.weight"], tower[f"text.{name}.bias"], about["layerNormEpsilon"])

    x = tower["text.token_embedding.weight"][numbers] + tower["text.positional_embedding"][:numbers.shape[1]]
    heads, (batch, length, width) = about["heads"], x.shape
    for index in range(about["depth"]):
        name = f"blocks.{index}"
        parts = linear(norm(x, f"{name}.norm1"), f"{name}.attn.qkv").view(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        mixed = torch.nn.functional.scaled_dot_product_attention(*parts, is_causal=True)
        x = x + linear(mixed.transpose(1, 2).reshape(batch, length, width), f"{name}.attn.proj")
        hidden = linear(norm(x, f"{name}.norm2"), f"{name}.mlp.fc1")
        quick = about["activation"] == "quickGELU"
        hidden = hidden * torch.sigmoid(1.702 * hidden) if quick else torch.nn.functional.gelu(hidden)
        x = x + linear(hidden, f"{name}.mlp.fc2")
    last = norm(x, "ln_final")[torch.arange(batch), (numbers == end).int().argmax(dim=1)]
    return linear(last, "text_projection")


def uper_logits(maps, weights, size):
    """UperNet's classes of pixels from the maps of four blocks, patches of 16 pixels, by the names of the workbench's files."""
    functional = torch.nn.functional

    def norm(x, name):
        return functional.batch_norm(
            x, weights[f"{name}.running_mean"], weights[f"{name}.running_var"], weights[f"{name}.weight"], weights[f"{name}.bias"])

    def unit(x, name):
        own = weights[f"decode_head.{name}.conv.weight"]
        side = 1 if own.shape[1] == x.shape[1] else 3
        kernel = own.view(len(own), side, side, -1).permute(0, 3, 1, 2)
        return functional.relu(norm(functional.conv2d(x, kernel, padding=side // 2), f"decode_head.{name}.bn"))

    def doubled(x, name):
        own = weights[f"{name}.weight"]
        kernel = own.view(2, 2, len(own) // 4, -1).permute(3, 2, 0, 1)
        return functional.conv_transpose2d(x, kernel, weights[f"{name}.bias"], stride=2)

    def resized(x, size):
        return functional.interpolate(x, size=tuple(size), mode="bilinear", align_corners=False)

    finest = doubled(functional.gelu(norm(doubled(maps[0], "fpn1.0"), "fpn1.1")), "fpn1.3")
    levels = [finest, doubled(maps[1], "fpn2.0"), maps[2], functional.max_pool2d(maps[3], 2)]
    pools = [resized(unit(functional.adaptive_avg_pool2d(levels[3], side), f"psp_modules.{index}.1"), levels[3].shape[2:])
             for index, side in enumerate((1, 2, 3, 6))]
    joins = [unit(torch.cat([levels[3]] + pools, dim=1), "bottleneck")]
    for level in (2, 1, 0):
        lateral = unit(levels[level], f"lateral_convs.{level}")
        joins.insert(0, lateral + resized(joins[0], lateral.shape[2:]))
    joins = [unit(join, f"fpn_convs.{level}") if level < 3 else join for level, join in enumerate(joins)]
    fused = unit(torch.cat([resized(join, joins[0].shape[2:]) for join in joins], dim=1), "fpn_bottleneck")
    classes = functional.conv2d(fused, weights["decode_head.conv_seg.weight"][..., None, None], weights["decode_head.conv_seg.bias"])
    return resized(classes, size)


def sides(size):
    """Height and width of 224, or of "192x320"."""
    sides = [int(side) for side in str(size).split("x")]
    return sides[0], sides[-1]


def timm_tokens(model, x):
    """All tokens without registers, with what is pooled of the patches in the place of CLS where a model has none."""
    tokens = model.forward_features(x)
    patches = tokens[:, model.num_prefix_tokens:]
    if model.cls_token is not None:
        return torch.cat([tokens[:, :1], patches], dim=1)
    pooling = getattr(model, "attn_pool", None)
    first = patches.mean(1) if pooling is None else pooling(tokens)
    return torch.cat([first[:, None], patches], dim=1)


def normalised(pixels, mean, deviation):
    return (pixels - torch.tensor(mean).view(1, -1, 1, 1)) / torch.tensor(deviation).view(1, -1, 1, 1)


def newest_checkpoint(folder, session):
    place = os.path.join(folder, "sessions", session, "checkpoints")
    run = os.listdir(place)[0]
    return os.path.join(place, run, max(os.listdir(os.path.join(place, run))))


def told(comparison):
    """Prints the table; the status."""
    widths = [max(len(row[i]) for row in comparison.rows) for i in range(6)]
    print("  ".join(t.ljust(w) for t, w in zip(("model", "target", "class", "size", "max", "worst cosine"), widths)))
    for row in comparison.rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print(f"largest difference, of the largest value: {comparison.worst:.1e}")
    return 0 if comparison.worst <= ALLOWED else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=os.path.join(os.path.dirname(__file__), "../../.build/release/mvp"))
    parser.add_argument("--only", choices=Comparison.targets, help="one target in place of all")
    parser.add_argument("--channels", action="store_true", help="models for one channel and for four alone")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        comparison = Comparison(os.path.abspath(arguments.program), folder)
        if arguments.only:
            comparison.targets = (arguments.only,)
        if arguments.channels:
            comparison.other_channels()
            return told(comparison)
        for number, (name, student) in enumerate(STUDENTS.items()):
            session = f"student-{number}"
            with open(os.path.join(folder, f"{session}.yaml"), "w") as file:
                file.write(SESSION.format(student=student, data=""))
            comparison.must("run", f"{session}.yaml", "--headless")
            comparison.source = newest_checkpoint(folder, session)
            comparison.compare(name, comparison.source)
        families = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../ModelsTests/Fixtures/families")
        for name, sizes in (("timm-registers", (32, 48, "40x24")), ("beit-blocks", (32,)), ("deit", (32, 48)), ("mae", (32, 48))):
            comparison.source = os.path.join(families, name)
            comparison.compare(name, comparison.source, sizes=sizes)
        comparison.towers()
        comparison.timm_towers()
        comparison.other_channels()
        for pooling in ("mean", "cls"):
            with open(os.path.join(folder, f"tuned-{pooling}.yaml"), "w") as file:
                file.write(TUNING.format(source="student-0", pooling=pooling))
            comparison.must("run", f"tuned-{pooling}.yaml", "--headless")
            comparison.source = newest_checkpoint(folder, f"tuned-{pooling}")
            weights = load_file(os.path.join(comparison.source, "student.safetensors"))

            def head(tokens, weights=weights, pooling=pooling):
                if pooling == "cls":
                    x = tokens[:, 0]
                else:
                    x = torch.nn.functional.layer_norm(
                        tokens[:, 1:].mean(1), tokens.shape[-1:], weights["fc_norm.weight"], weights["fc_norm.bias"], 1e-6)
                return x @ weights["head.weight"].T + weights["head.bias"]

            comparison.compare(f"fine-tuned on {pooling}", comparison.source, head=head)
        comparison.segmentation()
        comparison.clip()
        return told(comparison)


if __name__ == "__main__":
    sys.exit(main())
