"""Makes cae.safetensors: a tiny CAE as the paper and its authors' code have it (Chen et al. 2023, arXiv 2202.03026; lxtGH/CAE,
models/modeling_cae.py and modeling_cae_helper.py, read and written anew), in torch in float64, for `CAEParityTests`.

Run: python make_cae.py (torch, numpy, safetensors). It holds random weights under this project's names (`student.`, `earlier.`,
`head.codes.`), the fixed positions as numpy has them, pixels in 0...1, the mask (1 = masked), the code of each masked patch, the latents
that the regressor finds and those that the earlier student has, logits, both losses and the whole one, and the gradient of every
parameter (`gradient/`).
"""

import pathlib

import numpy
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(20230217)
BATCH, IMAGE, PATCH, WIDTH, HEADS, DEPTH, REGRESSOR, DECODER, CODES = 3, 16, 4, 16, 2, 2, 2, 2, 11
GRID = IMAGE // PATCH
MASKED, ALIGNMENT = GRID * GRID // 2, 2
MEAN = torch.tensor([0.485, 0.456, 0.406]).double().view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).double().view(1, 3, 1, 1)


def positions():
    """[1 + M, D]: for the row sines and cosines, then for the column; zeros for CLS."""
    quarter = WIDTH // 4
    frequencies = 1 / 10000 ** (numpy.arange(quarter) / quarter)
    row, column = (numpy.outer(place.reshape(-1), frequencies) for place in numpy.mgrid[:GRID, :GRID])
    waves = numpy.concatenate([numpy.sin(row), numpy.cos(row), numpy.sin(column), numpy.cos(column)], axis=1)
    return torch.from_numpy(numpy.concatenate([numpy.zeros((1, WIDTH)), waves])).float().double()


def heads(x):
    return x.reshape(*x.shape[:2], HEADS, -1).transpose(1, 2)


def attend(q, k, v):
    weights = (heads(q) @ heads(k).transpose(2, 3) / (q.shape[2] // HEADS) ** 0.5).softmax(-1)
    return (weights @ heads(v)).transpose(1, 2).reshape(q.shape)


def norm():
    return nn.LayerNorm(WIDTH, eps=1e-6)


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class SelfAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.proj = nn.Linear(WIDTH, 3 * WIDTH, bias=False), nn.Linear(WIDTH, WIDTH)
        self.q_bias, self.v_bias = nn.Parameter(torch.zeros(WIDTH)), nn.Parameter(torch.zeros(WIDTH))

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, -1)
        return self.proj(attend(q + self.q_bias, k, v + self.v_bias))


class CrossAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.v = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.k, self.proj = nn.Linear(WIDTH, WIDTH, bias=False), nn.Linear(WIDTH, WIDTH)

    def forward(self, q, k, v):
        return self.proj(attend(self.q(q), self.k(k), self.v(v)))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.attn, self.norm2, self.mlp = norm(), SelfAttention(), norm(), MLP()
        self.gamma_1, self.gamma_2 = nn.Parameter(torch.zeros(WIDTH)), nn.Parameter(torch.zeros(WIDTH))

    def forward(self, x):
        x = x + self.gamma_1 * self.attn(self.norm1(x))
        return x + self.gamma_2 * self.mlp(self.norm2(x))


class RegressorBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1_q, self.norm1_k, self.norm1_v, self.norm2_cross = norm(), norm(), norm(), norm()
        self.cross_attn, self.mlp_cross = CrossAttention(), MLP()
        self.gamma_1_cross, self.gamma_2_cross = nn.Parameter(torch.zeros(WIDTH)), nn.Parameter(torch.zeros(WIDTH))

    def forward(self, masked, visible, at_masked, at_visible):
        every, at_every = torch.cat([visible, masked], 1), torch.cat([at_visible, at_masked], 1)
        attended = self.cross_attn(
            self.norm1_q(masked + at_masked), self.norm1_k(every + at_every), self.norm1_v(every))
        x = self.norm2_cross(masked + self.gamma_1_cross * attended)
        return x + self.gamma_2_cross * self.mlp_cross(x)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, WIDTH, PATCH, PATCH)})
        self.cls_token = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.blocks, self.norm = nn.ModuleList(Block() for _ in range(DEPTH)), norm()

    def forward(self, pixels, seen):
        patches = self.patch_embed["proj"](pixels).flatten(2).transpose(1, 2)
        x = (patches + POSITIONS[1:])[seen].reshape(BATCH, -1, WIDTH)
        x = torch.cat([(self.cls_token + POSITIONS[0]).expand(BATCH, -1, -1), x], 1)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)[:, 1:]


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.mask_token = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.regressor_blocks = nn.ModuleList(RegressorBlock() for _ in range(REGRESSOR))
        self.decoder_blocks = nn.ModuleList(Block() for _ in range(DECODER))
        self.norm, self.norm2, self.head = norm(), norm(), nn.Linear(WIDTH, CODES)

    def forward(self, visible, mask):
        every = POSITIONS[1:].expand(BATCH, -1, -1)
        at_masked, at_visible = every[mask].reshape(BATCH, -1, WIDTH), every[~mask].reshape(BATCH, -1, WIDTH)
        x = self.mask_token.expand(BATCH, MASKED, -1)
        for block in self.regressor_blocks:
            x = block(x, visible, at_masked, at_visible)
        latents = self.norm(x)
        x = latents + at_masked
        for block in self.decoder_blocks:
            x = block(x)
        return self.head(self.norm2(x)), latents


POSITIONS = positions()
models = nn.ModuleDict({"student": Encoder(), "earlier": Encoder(), "head": nn.ModuleDict({"codes": Head()})}).double()
with torch.no_grad():
    for name, parameter in models.named_parameters():
        value = torch.randn_like(parameter) * 0.2
        if name.endswith("weight") and parameter.ndim == 1:
            value += 1
        parameter.copy_(value.float().double())

pixels = torch.rand(BATCH, 3, IMAGE, IMAGE).float().double()
mask = torch.stack([torch.randperm(GRID * GRID) < MASKED for _ in range(BATCH)])
codes = torch.randint(CODES, (BATCH * MASKED,))
normalised = (pixels - MEAN) / DEVIATION
with torch.no_grad():
    goals = models["earlier"](normalised, mask)
logits, latents = models["head"]["codes"](models["student"](normalised, ~mask), mask)
predicted = F.cross_entropy(logits.reshape(-1, CODES), codes)
aligned = F.mse_loss(latents, goals)
loss = predicted + ALIGNMENT * aligned
loss.backward()

tensors = {"pixels": pixels, "mask": mask, "codes": codes, "positions": POSITIONS, "latents": latents, "goals": goals,
           "logits": logits, "loss.codes": predicted.reshape(1), "loss.alignment": aligned.reshape(1), "loss": loss.reshape(1)}
tensors |= dict(models.named_parameters())
tensors |= {f"gradient/{name}": parameter.grad for name, parameter in models.named_parameters() if parameter.grad is not None}
tensors = {name: value.detach().float().contiguous() for name, value in tensors.items()}
save_file(tensors, pathlib.Path(__file__).with_name("cae.safetensors"))
print(len(tensors), "tensors; losses", predicted.item(), aligned.item())
