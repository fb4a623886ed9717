"""Makes dvae.safetensors and dalle.safetensors: tiny tokenizers as torch computes them in float64, for `PictureTokenizerTests`.

Run: python make_tokenizers.py (torch, safetensors). dvae: the small discrete autoencoder of BEiT's code (microsoft/unilm,
beit/modeling_discrete_vae.py) with random weights under this project's names, `input`, `logits`, `weights` (of each code at each place) and
the `picture` made of them. dalle: the encoder of DALL-E (microsoft/unilm, beit/dall_e/encoder.py), 4 channels in its first group, under its
published names, `input` and `logits`. Maps are [B, H, W, C] in the files.
"""

import collections
import json
import pathlib

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(20240613)
HERE = pathlib.Path(__file__).parent


def last(x):
    return x.permute(0, 2, 3, 1)


def scattered(module):
    """Random weights that float32 holds exactly."""
    with torch.no_grad():
        for parameter in module.parameters():
            scale = parameter[0].numel() ** -0.5 if parameter.ndim > 1 else 0.3
            parameter.copy_((torch.randn_like(parameter) * scale).float().double())
    return module


def stored(tensors, name, metadata=None):
    save_file({k: v.detach().float().contiguous() for k, v in tensors.items()}, HERE / name, metadata)


# The small discrete autoencoder
CODES, CODE_WIDTH, WIDTH, HALVINGS = 7, 5, 6, 2


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(WIDTH, WIDTH, 3, padding=1), nn.ReLU(), nn.Conv2d(WIDTH, WIDTH, 3, padding=1), nn.ReLU(),
                                 nn.Conv2d(WIDTH, WIDTH, 1))

    def forward(self, x):
        return self.net(x) + x


encoder = [(nn.Conv2d(3 if i == 0 else WIDTH, WIDTH, 4, stride=2, padding=1), Residual()) for i in range(HALVINGS)]
decoder = [(nn.ConvTranspose2d(CODE_WIDTH if i == 0 else WIDTH, WIDTH, 4, stride=2, padding=1), Residual()) for i in range(HALVINGS)]
logits_layer, colours, book = nn.Conv2d(WIDTH, CODES, 1), nn.Conv2d(WIDTH, 3, 1), nn.Embedding(CODES, CODE_WIDTH)
everything = nn.ModuleList([part for pair in encoder + decoder for part in pair] + [logits_layer, colours, book]).double()
scattered(everything)

pixels = torch.rand(2, 3, 8, 12).float().double()
x = (pixels - 0.5) / 0.5
for halving, block in encoder:
    x = block(F.relu(halving(x)))
logits = logits_layer(x)
weights = (logits / 0.5).softmax(1)
y = torch.einsum("bkhw,kd->bdhw", weights, book.weight)
for doubling, block in decoder:
    y = block(F.relu(doubling(y)))
picture = colours(y)

tensors = {"input": pixels, "output.logits": last(logits), "output.weights": last(weights), "output.picture": last(picture),
           "codebook.weight": book.weight.T}


def put(name, layer, transposed=False):
    w = layer.weight
    rows = w.permute(2, 3, 1, 0).reshape(-1, w.shape[0]) if transposed else w.permute(0, 2, 3, 1).reshape(w.shape[0], -1)
    tensors[name + ".weight"], tensors[name + ".bias"] = rows, layer.bias


for side, levels, layer in (("encoder", encoder, "halving"), ("decoder", decoder, "doubling")):
    for level, (resizing, block) in enumerate(levels):
        put(f"{side}.{level}.{layer}", resizing, side == "decoder")
        for number, place in enumerate((0, 2, 4)):
            put(f"{side}.{level}.block.conv{number + 1}", block.net[place])
put("logits", logits_layer)
put("colours", colours)
card = {"dvae": {"codes": CODES, "code_width": CODE_WIDTH, "width": WIDTH, "halvings": HALVINGS}}
stored(tensors, "dvae.safetensors", {"format": "pt", "mvp.tokenizer": json.dumps(card)})


# DALL-E's encoder
class Conv(nn.Module):
    def __init__(self, inputs, outputs, side):
        super().__init__()
        self.w, self.b = nn.Parameter(torch.zeros(outputs, inputs, side, side)), nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return F.conv2d(x, self.w, self.b, padding=(self.w.shape[-1] - 1) // 2)


class Block(nn.Module):
    def __init__(self, inputs, outputs, layers):
        super().__init__()
        self.gain = 1 / layers**2
        self.id_path = Conv(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        hidden, parts = outputs // 4, collections.OrderedDict()
        for number, (a, b, side) in enumerate(((inputs, hidden, 3), (hidden, hidden, 3), (hidden, hidden, 3), (hidden, outputs, 1))):
            parts[f"relu_{number + 1}"], parts[f"conv_{number + 1}"] = nn.ReLU(), Conv(a, b, side)
        self.res_path = nn.Sequential(parts)

    def forward(self, x):
        return self.id_path(x) + self.gain * self.res_path(x)


def dalle(width, codes, blocks=2, groups=4):
    parts, inputs = collections.OrderedDict(input=Conv(3, width, 7)), width
    for group in range(groups):
        rows = collections.OrderedDict()
        for block in range(blocks):
            rows[f"block_{block + 1}"] = Block(inputs, width << group, blocks * groups)
            inputs = width << group
        if group < groups - 1:
            rows["pool"] = nn.MaxPool2d(2)
        parts[f"group_{group + 1}"] = nn.Sequential(rows)
    parts["output"] = nn.Sequential(collections.OrderedDict(relu=nn.ReLU(), conv=Conv(inputs, codes, 1)))
    return nn.ModuleDict({"blocks": nn.Sequential(parts)})


with torch.device("meta"):
    print(sum(p.numel() for p in dalle(256, 8192).parameters()), "parameters of the published encoder")
small = scattered(dalle(4, 9).double())
pixels = torch.rand(2, 3, 16, 24).float().double()
logits = small["blocks"](pixels * 0.8 + 0.1)
stored(small.state_dict() | {"input": pixels, "output.logits": last(logits)}, "dalle.safetensors")
