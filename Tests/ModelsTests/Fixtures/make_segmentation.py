"""Makes segmentation/uper-*.safetensors: a small UperNet as plain torch modules, its inputs, logits, gradients and running moments.

Run: python make_segmentation.py (torch, safetensors). Structure and names follow mmsegmentation's uper_head.py, psp_head.py and fcn_head.py and
microsoft/unilm's beit/semantic_segmentation/backbone/beit.py. All is computed in float64. Weights and gradients are written as `Models` lays
them out: windows by (row, column, channel), outputs of transposed convolutions by (row, column, channel). Dropout is off.
"""

import pathlib

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(7)
WIDTH, CHANNELS, CLASSES, GRID, BATCH, IGNORED = 10, 6, 5, 6, 2, 255


class Unit(nn.Sequential):
    def __init__(self, inputs, outputs, side):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, side, padding=side // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class Decode(nn.Module):
    def __init__(self):
        super().__init__()
        self.psp_modules = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(s), Unit(WIDTH, CHANNELS, 1)) for s in (1, 2, 3, 6))
        self.bottleneck = Unit(WIDTH + 4 * CHANNELS, CHANNELS, 3)
        self.lateral_convs = nn.ModuleList(Unit(WIDTH, CHANNELS, 1) for _ in range(3))
        self.fpn_convs = nn.ModuleList(Unit(CHANNELS, CHANNELS, 3) for _ in range(3))
        self.fpn_bottleneck = Unit(4 * CHANNELS, CHANNELS, 3)
        self.conv_seg = nn.Conv2d(CHANNELS, CLASSES, 1)

    def forward(self, inputs):
        top = inputs[-1]
        pools = [top] + [resize(m(top), top.shape[2:]) for m in self.psp_modules]
        laterals = [conv(x) for conv, x in zip(self.lateral_convs, inputs)] + [self.bottleneck(torch.cat(pools, 1))]
        for i in (3, 2, 1):
            laterals[i - 1] = laterals[i - 1] + resize(laterals[i], laterals[i - 1].shape[2:])
        outs = [conv(x) for conv, x in zip(self.fpn_convs, laterals)] + [laterals[-1]]
        outs = [resize(x, outs[0].shape[2:]) for x in outs]
        return self.conv_seg(self.fpn_bottleneck(torch.cat(outs, 1)))


class Auxiliary(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.Sequential(Unit(WIDTH, CHANNELS, 3))
        self.conv_seg = nn.Conv2d(CHANNELS, CLASSES, 1)

    def forward(self, inputs):
        return self.conv_seg(self.convs(inputs[2]))


class UperNet(nn.Module):
    def __init__(self, patch):
        super().__init__()
        up = lambda: nn.ConvTranspose2d(WIDTH, WIDTH, 2, 2)
        if patch == 16:
            self.fpn1 = nn.Sequential(up(), nn.BatchNorm2d(WIDTH), nn.GELU(), up())
            self.fpn2, self.fpn3, self.fpn4 = nn.Sequential(up()), nn.Identity(), nn.MaxPool2d(2, 2)
        else:
            self.fpn1, self.fpn2 = nn.Sequential(up()), nn.Identity()
            self.fpn3, self.fpn4 = nn.MaxPool2d(2, 2), nn.MaxPool2d(4, 4)
        self.decode_head, self.auxiliary_head = Decode(), Auxiliary()

    def forward(self, maps):
        levels = [m(x) for m, x in zip((self.fpn1, self.fpn2, self.fpn3, self.fpn4), maps)]
        return self.decode_head(levels), self.auxiliary_head(levels)


def resize(x, size):
    return F.interpolate(x, tuple(size), mode="bilinear", align_corners=False)


def ours(name, value):
    if value.dim() != 4:
        return value
    if name.startswith("fpn"):
        return value.permute(2, 3, 1, 0).reshape(-1, value.shape[0])
    return value.permute(0, 2, 3, 1).reshape(value.shape[0], -1)


folder = pathlib.Path(__file__).parent / "segmentation"
folder.mkdir(exist_ok=True)
for patch in (16, 8):
    model = UperNet(patch).double()
    for name, value in model.named_parameters():
        if value.dim() == 1:
            nn.init.normal_(value, 1.0 if name.endswith(("bn.weight", "fpn1.1.weight")) else 0.0, 0.3)
        value.data = value.data.float().double()
    maps = [torch.randn(BATCH, WIDTH, GRID, GRID).double().requires_grad_() for _ in range(4)]
    for x in maps:
        x.data = x.data.float().double()
    size = (3 * GRID + 1, 4 * GRID)
    labels = torch.randint(0, CLASSES, (BATCH, *size))
    labels[torch.rand(labels.shape) < 0.2] = IGNORED
    arrays = {f"weight/{n}": ours(n, p) for n, p in model.named_parameters()}
    main, auxiliary = model.train()(maps)
    entropy = lambda logits: F.cross_entropy(resize(logits, size), labels, ignore_index=IGNORED)
    loss = entropy(main) + 0.4 * entropy(auxiliary)
    loss.backward()
    rows = lambda x: x.permute(0, 2, 3, 1)
    arrays |= {f"map/{i}": rows(x) for i, x in enumerate(maps)} | {f"map-gradient/{i}": rows(x.grad) for i, x in enumerate(maps)}
    arrays |= {f"gradient/{n}": ours(n, p.grad) for n, p in model.named_parameters()}
    arrays |= {f"statistics/{n}": b for n, b in model.named_buffers() if not n.endswith("num_batches_tracked")}
    arrays |= {"main": rows(main), "auxiliary": rows(auxiliary), "loss": loss.reshape(1), "labels": labels}
    with torch.no_grad():
        arrays["evaluated"] = rows(model.eval()(maps)[0])
    arrays = {n: v.detach().float().contiguous() for n, v in arrays.items()}
    save_file(arrays, folder / f"uper-{patch}.safetensors")
    print(patch, float(loss), sum(v.numel() for v in arrays.values()) * 4, "bytes")
