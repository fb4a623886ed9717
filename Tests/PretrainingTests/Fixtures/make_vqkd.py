"""Makes vqkd.safetensors: a tiny VQ-KD tokenizer in float64, for `VQKDParityTests`.

Run: python make_vqkd.py (torch, safetensors). The module below is written from BEiT v2's paper (Peng et al. 2022, section 2.2) and what its
public code does (microsoft/unilm, beit2/modeling_vqkd.py and norm_ema_quantizer.py): a ViT with learned positions, biases on queries and
values alone and no layer scale; Linear-tanh-Linear to the width of a code; rows of length 1; nearest code; straight-through; commitment as
a mean square; a ViT over the map of codes; Linear-tanh-Linear to the teacher's width; 1 - cos of every patch. It holds weights under this
project's names, pixels in 0...1, targets, latents, numbers of codes, the losses, the gradient of every parameter (`gradient/`), and the
codes after one update.
"""

import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(20261130)
BATCH, IMAGE, PATCH, WIDTH, DECODER, CODES, CODE, OUTPUTS = 3, 16, 4, 16, 12, 24, 6, 10
GRID = IMAGE // PATCH


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.q_bias = nn.Parameter(torch.zeros(width))
        self.v_bias = nn.Parameter(torch.zeros(width))
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        b, n, d = x.shape
        bias = torch.cat([self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        q, k, v = F.linear(x, self.qkv.weight, bias).reshape(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q * (d // self.heads) ** -0.5) @ k.transpose(-2, -1)
        return self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, d))


class MLP(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(width, eps=1e-6), Attention(width, heads)
        self.norm2, self.mlp = nn.LayerNorm(width, eps=1e-6), MLP(width)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Transformer(nn.Module):
    """Tokens of embedded patches, without CLS."""

    def __init__(self, width, heads, depth):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + GRID * GRID, width))
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def forward(self, x):
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return self.norm(x)[:, 1:]


class Tokenizer(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Transformer(WIDTH, 2, 2), Transformer(DECODER, 2, 1)
        self.encoder.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, WIDTH, PATCH, PATCH)})
        self.decoder.embed = nn.Linear(CODE, DECODER)
        self.encode_task_layer = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, CODE))
        self.decode_task_layer = nn.Sequential(nn.Linear(DECODER, DECODER), nn.Tanh(), nn.Linear(DECODER, OUTPUTS))

    def forward(self, pixels, targets, codes):
        patches = self.encoder.patch_embed["proj"](2 * pixels - 1).flatten(2).transpose(1, 2)
        z = F.normalize(self.encode_task_layer(self.encoder(patches)), dim=-1).reshape(-1, CODE)
        distances = (z**2).sum(1, keepdim=True) + (codes**2).sum(1) - 2 * z @ codes.T
        places = distances.argmin(1)
        chosen = codes[places]
        commitment = F.mse_loss(chosen.detach(), z)
        through = z + (chosen - z).detach()
        told = self.decode_task_layer(self.decoder(self.decoder.embed(through.reshape(len(pixels), -1, CODE))))
        told, targets = F.normalize(told, dim=-1), F.normalize(targets, dim=-1)
        return z, places, (1 - (told * targets).sum(-1)).mean(), commitment


def updated(codes, z, places, decay=0.99):
    """Every code that rows were nearest to, towards their mean."""
    encodings = F.one_hot(places, len(codes)).double()
    members = encodings.sum(0)
    means = (encodings.T @ z) / members.clamp(min=1)[:, None]
    means = torch.where(members[:, None] == 0, codes, F.normalize(means, dim=-1))
    return F.normalize(decay * codes + (1 - decay) * means, dim=-1)


model = Tokenizer().double()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        value = torch.randn_like(parameter) * 0.3
        if "norm" in name and name.endswith("weight"):
            value += 1
        parameter.copy_(value.float().double())
pixels = torch.rand(BATCH, 3, IMAGE, IMAGE).float().double()
targets = torch.randn(BATCH, GRID * GRID, OUTPUTS).float().double()
codes = F.normalize(torch.randn(CODES, CODE), dim=-1).float().double()
latents, places, distance, commitment = model(pixels, targets, codes)
(distance + commitment).backward()
with torch.no_grad():
    after = updated(codes, latents, places)
products = (latents @ codes.T).topk(2).values
assert (products[:, 0] - products[:, 1]).min() > 1e-5, "two codes are as near: draw again"
assert 3 < len(places.unique()) < CODES

tensors = {"pixels": pixels, "targets": targets, "codes": codes, "codes.after": after, "latents": latents,
           "places": places, "distance": distance.reshape(1), "commitment": commitment.reshape(1)}
for name, parameter in model.named_parameters():
    tensors[name] = parameter
    tensors[f"gradient/{name}"] = parameter.grad
tensors = {name: value.detach().float().contiguous() for name, value in tensors.items()}
path = pathlib.Path(__file__).with_name("vqkd.safetensors")
save_file(tensors, path)
path.chmod(0o644)
print(len(tensors), "tensors; 1 - cos", distance.item(), "commitment", commitment.item(), "codes", len(places.unique()))
