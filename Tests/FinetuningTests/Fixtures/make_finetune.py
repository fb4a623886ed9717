"""Makes finetune.safetensors: a small BEiT-like classifier as torch computes it in float64, for `FineTuningParityTests`.

Run: python make_finetune.py (torch, safetensors). The model is written down here by microsoft/unilm `beit/modeling_finetune.py` (mean of
the patches behind fc_norm, a table of relative positions in every block, no bias on the keys) and the groups by `beit/optim_factory.py`.
It holds weights; pixels, soft targets, logits, loss and gradients of one pass; and labels, losses and the weights after three steps of
AdamW with layer decay .65, weight decay .05 and label smoothing .1.
"""

import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(20240610)
IMAGE, PATCH, WIDTH, DEPTH, HEADS, CLASSES, BATCH = 16, 4, 16, 2, 2, 5, 4
GRID = IMAGE // PATCH
DECAY, WEIGHT_DECAY, RATE, SMOOTHING = 0.65, 0.05, 1e-2, 0.1
MEAN = torch.tensor([0.485, 0.456, 0.406]).double().view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).double().view(1, 3, 1, 1)


def position_index():
    """BEiT's RelativePositionBias."""
    distance = (2 * GRID - 1) ** 2 + 3
    coords = torch.stack(torch.meshgrid(torch.arange(GRID), torch.arange(GRID), indexing="ij")).flatten(1)
    relative = (coords[:, :, None] - coords[:, None, :]).permute(1, 2, 0).contiguous()
    relative[:, :, 0] += GRID - 1
    relative[:, :, 1] += GRID - 1
    relative[:, :, 0] *= 2 * GRID - 1
    index = torch.zeros((GRID * GRID + 1,) * 2, dtype=torch.long)
    index[1:, 1:] = relative.sum(-1)
    index[0, 0:] = distance - 3
    index[0:, 0] = distance - 2
    index[0, 0] = distance - 1
    return index


INDEX = position_index()


def shapes():
    yield "cls_token", (WIDTH,)
    yield "patch_embed.proj.weight", (WIDTH, 3 * PATCH * PATCH)
    yield "patch_embed.proj.bias", (WIDTH,)
    for b in range(DEPTH):
        p = f"blocks.{b}."
        for norm in "norm1", "norm2":
            yield p + norm + ".weight", (WIDTH,)
            yield p + norm + ".bias", (WIDTH,)
        yield p + "attn.qkv.weight", (3 * WIDTH, WIDTH)
        yield p + "attn.q_bias", (WIDTH,)
        yield p + "attn.v_bias", (WIDTH,)
        yield p + "attn.relative_position_bias_table", ((2 * GRID - 1) ** 2 + 3, HEADS)
        yield p + "attn.proj.weight", (WIDTH, WIDTH)
        yield p + "attn.proj.bias", (WIDTH,)
        yield p + "gamma_1", (WIDTH,)
        yield p + "gamma_2", (WIDTH,)
        yield p + "mlp.fc1.weight", (4 * WIDTH, WIDTH)
        yield p + "mlp.fc1.bias", (4 * WIDTH,)
        yield p + "mlp.fc2.weight", (WIDTH, 4 * WIDTH)
        yield p + "mlp.fc2.bias", (WIDTH,)
    yield "fc_norm.weight", (WIDTH,)
    yield "fc_norm.bias", (WIDTH,)
    yield "head.weight", (CLASSES, WIDTH)
    yield "head.bias", (CLASSES,)


def draw(name, shape):
    values = torch.randn(shape) * (0.3 if len(shape) > 1 else 0.2)
    if "norm" in name and name.endswith("weight"):
        values = values + 1
    if "gamma" in name:
        values = values * 0.1 + 0.5
    return values.float().double()


def logits(w, pixels):
    b = pixels.shape[0]
    x = (pixels - MEAN) / DEVIATION
    x = x.view(b, 3, GRID, PATCH, GRID, PATCH).permute(0, 2, 4, 1, 3, 5).reshape(b, GRID * GRID, -1)
    x = F.linear(x, w["patch_embed.proj.weight"], w["patch_embed.proj.bias"])
    x = torch.cat([w["cls_token"].expand(b, 1, -1), x], 1)
    n, head = x.shape[1], WIDTH // HEADS
    for i in range(DEPTH):
        p = {k[len(f"blocks.{i}."):]: v for k, v in w.items() if k.startswith(f"blocks.{i}.")}
        h = F.layer_norm(x, (WIDTH,), p["norm1.weight"], p["norm1.bias"], 1e-6)
        bias = torch.cat([p["attn.q_bias"], torch.zeros(WIDTH).double(), p["attn.v_bias"]])
        q, k, v = F.linear(h, p["attn.qkv.weight"], bias).view(b, n, 3, HEADS, head).permute(2, 0, 3, 1, 4)
        table = p["attn.relative_position_bias_table"][INDEX.view(-1)].view(n, n, HEADS).permute(2, 0, 1)
        a = ((q * head**-0.5) @ k.transpose(-2, -1) + table).softmax(-1)
        h = F.linear((a @ v).transpose(1, 2).reshape(b, n, WIDTH), p["attn.proj.weight"], p["attn.proj.bias"])
        x = x + p["gamma_1"] * h
        h = F.layer_norm(x, (WIDTH,), p["norm2.weight"], p["norm2.bias"], 1e-6)
        h = F.linear(F.gelu(F.linear(h, p["mlp.fc1.weight"], p["mlp.fc1.bias"])), p["mlp.fc2.weight"], p["mlp.fc2.bias"])
        x = x + p["gamma_2"] * h
    pooled = F.layer_norm(x[:, 1:].mean(1), (WIDTH,), w["fc_norm.weight"], w["fc_norm.bias"], 1e-6)
    return F.linear(pooled, w["head.weight"], w["head.bias"])


def soft_target_cross_entropy(x, targets):
    """timm's SoftTargetCrossEntropy."""
    return torch.sum(-targets * F.log_softmax(x, dim=-1), dim=-1).mean()


def layer(name):
    """get_num_layer_for_vit."""
    if name in ("cls_token", "mask_token", "pos_embed") or name.startswith("patch_embed"):
        return 0
    if name.startswith("blocks"):
        return int(name.split(".")[1]) + 1
    return DEPTH + 1


weights = {name: draw(name, shape).requires_grad_() for name, shape in shapes()}
out = {f"weights.{k}": v.detach().clone() for k, v in weights.items()}

pixels = torch.rand(BATCH, 3, IMAGE, IMAGE).float().double()
targets = (torch.randn(BATCH, CLASSES) * 2).softmax(-1).float().double()
found = logits(weights, pixels)
loss = soft_target_cross_entropy(found, targets)
loss.backward()
out |= {"pixels": pixels, "targets": targets, "logits": found.detach(), "loss": loss.detach().view(1)}
out |= {f"gradients.{k}": v.grad.clone() for k, v in weights.items()}

groups = [
    dict(params=[v], lr=RATE * DECAY ** (DEPTH + 1 - layer(k)),
         weight_decay=0.0 if v.ndim == 1 or k in ("pos_embed", "cls_token") else WEIGHT_DECAY)
    for k, v in weights.items()
]
optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8)
losses = []
for step in range(3):
    pixels = torch.rand(BATCH, 3, IMAGE, IMAGE).float().double()
    labels = torch.randint(CLASSES, (BATCH,))
    smooth = torch.full((BATCH, CLASSES), SMOOTHING / CLASSES).double()
    smooth[torch.arange(BATCH), labels] += 1 - SMOOTHING
    optimizer.zero_grad()
    loss = soft_target_cross_entropy(logits(weights, pixels), smooth)
    loss.backward()
    optimizer.step()
    losses.append(loss.detach())
    out |= {f"step.{step}.pixels": pixels, f"step.{step}.labels": labels.double()}
out["losses"] = torch.stack(losses)
out |= {f"after.{k}": v.detach() for k, v in weights.items()}
save_file({k: v.float().contiguous() for k, v in out.items()}, pathlib.Path(__file__).with_name("finetune.safetensors"))
