"""Makes probes.json: made-up features, and what torch makes of MAE's and DINOv2's linear probes on them, each step on all pictures.

    python make_probes.py      needs torch; made with torch 2.15.0

MAE (facebookresearch/mae main_linprobe.py, util/lars.py): BatchNorm1d(affine=False, eps=1e-6), a linear layer, LARS. DINOv2
(facebookresearch/dinov2 dinov2/eval/linear.py): a head for each learning rate and set of features, SGD, the sum of all losses.
"""

import json
import math
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
PICTURES, TEST, CLASSES, PART, PARTS = 30, 12, 4, 3, 3
STEPS = 45
labels = torch.arange(PICTURES) % CLASSES
test_labels = torch.arange(TEST) % CLASSES
centres = torch.randn(CLASSES, PART * PARTS)
train = (centres[labels] + 1.2 * torch.randn(PICTURES, PART * PARTS) + 2).float().double()
test = (centres[test_labels] + 1.2 * torch.randn(TEST, PART * PARTS) + 2).float().double()


def top1(logits, wanted):
    return (logits.argmax(1) == wanted).double().mean().item()


# MAE: half of its 90 passes, one step each.
start = (2 * torch.randn(CLASSES, PART * PARTS)).float().double()
norm, head = nn.BatchNorm1d(PART * PARTS, affine=False, eps=1e-6), nn.Linear(PART * PARTS, CLASSES)
head.weight.data, head.bias.data = start.clone(), torch.zeros(CLASSES)
moments = [torch.zeros_like(p) for p in head.parameters()]
for step in range(STEPS):
    epoch = step * 45.0 / STEPS
    rate = 0.1 * PICTURES / 256 * (epoch / 5 if epoch < 5 else 0.5 * (1 + math.cos(math.pi * (epoch - 5) / 40)))
    loss = nn.functional.cross_entropy(head(norm(train)), labels)
    head.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p, mu in zip(head.parameters(), moments):
            d = p.grad
            if p.ndim > 1:
                a, b = p.norm(), d.norm()
                d = d * torch.where(a > 0, torch.where(b > 0, 0.001 * a / b, torch.ones(())), torch.ones(()))
            mu.mul_(0.9).add_(d)
            p.add_(mu, alpha=-rate)
norm.eval()
mae = dict(start=start.flatten().tolist(), weight=head.weight.flatten().tolist(), bias=head.bias.tolist(),
           score=top1(head(norm(test)), test_labels), train_score=top1(head(norm(train)), labels))

# DINOv2: two blocks' CLS and the mean of the patches; the last five pictures are held out.
RATES = [1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1]
held = list(range(PICTURES - 5, PICTURES))
kept = list(range(PICTURES - 5))
BLOCKS = PARTS - 1
sets = [(BLOCKS - 1, BLOCKS), (BLOCKS - 1, PARTS), (0, BLOCKS), (0, PARTS)]
heads, starts, groups = [], [], []
for first, last in sets:
    own = (0.01 * torch.randn(len(RATES), CLASSES, (last - first) * PART)).float().double()
    starts.append(own.flatten().tolist())
    for rate, weight in zip(RATES, own):
        layer = nn.Linear(weight.shape[1], CLASSES)
        layer.weight.data, layer.bias.data = weight.clone(), torch.zeros(CLASSES)
        heads.append((first, last, rate, layer))
        groups.append(dict(params=layer.parameters(), lr=rate * len(kept) / 256))
GRID_STEPS = 50
optimizer = torch.optim.SGD(groups, momentum=0.9, weight_decay=0)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, GRID_STEPS, eta_min=0)
part = lambda x, first, last: x[:, first * PART:last * PART]
for step in range(GRID_STEPS):
    loss = sum(nn.functional.cross_entropy(layer(part(train[kept], a, b)), labels[kept]) for a, b, _, layer in heads)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
on_held = [top1(layer(part(train[held], a, b)), labels[held]) for a, b, _, layer in heads]
on_test = [top1(layer(part(test, a, b)), test_labels) for a, b, _, layer in heads]
chosen = max(range(len(heads)), key=lambda i: (on_held[i], -i))
weights = [torch.cat([layer.weight.detach().flatten() for a, b, _, layer in heads if (a, b) == which]).tolist() for which in sets]
grid = dict(starts=starts, weights=weights, steps=GRID_STEPS, held=held, held_score=on_held[chosen], score=on_test[chosen],
            best_on_test=max(on_test), rate=heads[chosen][2])
Path(__file__).with_name("probes.json").write_text(json.dumps(dict(
    classes=CLASSES, parts=PARTS, width=PART * PARTS, train=train.flatten().tolist(), labels=labels.tolist(),
    test=test.flatten().tolist(), test_labels=test_labels.tolist(), mae=mae, dinov2=grid)) + "\n")
