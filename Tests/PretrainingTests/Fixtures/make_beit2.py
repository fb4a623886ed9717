"""Makes beit2.safetensors: a tiny BEiT v2 student with its CLS head in float64, for `BEiT2ParityTests`.

Run: python make_beit2.py (torch, safetensors). The module below is written from the paper (Peng et al. 2022, section 2.3) and what its public
code does (microsoft/unilm, beit2/modeling_pretrain.py): mask tokens in place, one table of relative positions for all blocks, layer
scale, two more blocks over [CLS of the last block; patches of an earlier one] with the same bias, one final norm and one linear layer for
both predictions, cross-entropy of masked patches twice. It holds weights under this project's names (`student.`, `head.codes.`), pixels in
0...1, mask, codes, both losses and the gradient of every parameter (`gradient/`).
"""

import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(20261130)
BATCH, IMAGE, PATCH, WIDTH, HEADS, DEPTH, EARLY, CODES, MASKED = 3, 16, 4, 16, 2, 4, 3, 24, 6
GRID = IMAGE // PATCH
MEAN = torch.tensor([0.485, 0.456, 0.406]).double().view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).double().view(1, 3, 1, 1)


def relative_position_index():
    span, rows = 2 * GRID - 1, (2 * GRID - 1) ** 2 + 3
    places = torch.stack(torch.meshgrid(torch.arange(GRID), torch.arange(GRID), indexing="ij")).flatten(1)
    offsets = (places[:, :, None] - places[:, None, :]).permute(1, 2, 0) + GRID - 1
    index = torch.zeros(1 + GRID * GRID, 1 + GRID * GRID, dtype=torch.long)
    index[1:, 1:] = offsets[..., 0] * span + offsets[..., 1]
    index[0, :], index[:, 0], index[0, 0] = rows - 3, rows - 2, rows - 1
    return index


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.q_bias, self.v_bias = nn.Parameter(torch.zeros(WIDTH)), nn.Parameter(torch.zeros(WIDTH))
        self.proj = nn.Linear(WIDTH, WIDTH)

    def forward(self, x, bias):
        b, n, d = x.shape
        shift = torch.cat([self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        q, k, v = F.linear(x, self.qkv.weight, shift).reshape(b, n, 3, HEADS, d // HEADS).permute(2, 0, 3, 1, 4)
        scores = (q * (d // HEADS) ** -0.5) @ k.transpose(-2, -1) + bias
        return self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, d))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(WIDTH, eps=1e-6), Attention()
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(WIDTH, 4 * WIDTH), "fc2": nn.Linear(4 * WIDTH, WIDTH)})
        self.gamma_1, self.gamma_2 = nn.Parameter(torch.ones(WIDTH)), nn.Parameter(torch.ones(WIDTH))

    def forward(self, x, bias):
        x = x + self.gamma_1 * self.attn(self.norm1(x), bias)
        return x + self.gamma_2 * self.mlp["fc2"](F.gelu(self.mlp["fc1"](self.norm2(x))))


class Student(nn.Module):
    def __init__(self):
        super().__init__()
        self.cls_token, self.mask_token = nn.Parameter(torch.zeros(1, 1, WIDTH)), nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, WIDTH, PATCH, PATCH)})
        self.rel_pos_bias = nn.ParameterDict(
            {"relative_position_bias_table": nn.Parameter(torch.zeros((2 * GRID - 1) ** 2 + 3, HEADS))})
        self.blocks = nn.ModuleList(Block() for _ in range(DEPTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-6)


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.zeros(CODES, WIDTH)), nn.Parameter(torch.zeros(CODES))
        self.cls_pt_layers = nn.ModuleList(Block() for _ in range(2))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.student = Student()
        self.head = nn.ModuleDict({"codes": Head()})

    def forward(self, pixels, mask):
        student, head = self.student, self.head["codes"]
        x = student.patch_embed["proj"]((pixels - MEAN) / DEVIATION).flatten(2).transpose(1, 2)
        x = torch.where(mask[..., None], student.mask_token, x)
        x = torch.cat([student.cls_token.expand(len(x), -1, -1), x], 1)
        table = student.rel_pos_bias["relative_position_bias_table"]
        bias = table[relative_position_index()].permute(2, 0, 1)
        for number, block in enumerate(student.blocks):
            x = block(x, bias)
            if number + 1 == EARLY:
                early = x[:, 1:]
        again = torch.cat([x[:, :1], early], 1)
        for block in head.cls_pt_layers:
            again = block(again, bias)
        return [F.linear(student.norm(tokens)[:, 1:][mask], head.weight, head.bias) for tokens in (x, again)]


model = Model().double()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        value = torch.randn_like(parameter) * 0.3
        if "norm" in name and name.endswith("weight") or "gamma" in name:
            value += 0.7
        parameter.copy_(value.float().double())
pixels = torch.rand(BATCH, 3, IMAGE, IMAGE).float().double()
mask = torch.rand(BATCH, GRID * GRID).argsort(1) < MASKED
codes = torch.randint(0, CODES, (BATCH, GRID * GRID))
losses = [F.cross_entropy(logits, codes[mask]) for logits in model(pixels, mask)]
sum(losses).backward()

tensors = {"pixels": pixels, "mask": mask, "codes": codes, "loss": losses[0].reshape(1), "loss.cls": losses[1].reshape(1)}
for name, parameter in model.named_parameters():
    tensors[name] = parameter
    tensors[f"gradient/{name}"] = parameter.grad
tensors = {name: value.detach().float().contiguous() for name, value in tensors.items()}
path = pathlib.Path(__file__).with_name("beit2.safetensors")
save_file(tensors, path)
path.chmod(0o644)
print(len(tensors), "tensors; losses", [loss.item() for loss in losses])
