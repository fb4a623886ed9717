#!/usr/bin/env python3
"""Makes hog.json: histograms of oriented gradients as SlowFast's HOGLayerC has them (slowfast/models/operators.py), in numpy, float64.

Run: python make_hog.py. Input are pictures in 0...255 by colour, row, column; targets are by patch, colour, direction, row and column of
cells (slowfast/models/masked.py). One part of a picture is plain, where nothing has a direction.
"""
import json
import pathlib

import numpy as np

MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
BINS, CELL = 9, 8


def filtered(planes, kernel):
    size = planes.shape[1]
    padded = np.pad(planes, ((0, 0), (1, 1), (1, 1)), mode="reflect")
    return sum(kernel[i, j] * padded[:, i:i + size, j:j + size] for i in range(3) for j in range(3))


def hog(pixels, patch):
    planes = (pixels / 255.0 - MEAN[:, None, None]) / STD[:, None, None]
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], float)
    across, down = filtered(planes, kernel), filtered(planes, kernel.T)
    # What is left of equal values by rounding would have a direction.
    across[np.abs(across) < 1e-9], down[np.abs(down) < 1e-9] = 0, 0
    size = planes.shape[1]
    magnitude = np.sqrt(across**2 + down**2)
    bins = np.floor(np.arctan2(across, down) / np.pi * BINS).astype(int) % BINS
    votes = np.zeros((3, BINS, size, size))
    for b in range(BINS):
        votes[:, b][bins == b] = magnitude[bins == b]
    cells = votes.reshape(3, BINS, size // CELL, CELL, size // CELL, CELL).sum(axis=(3, 5))
    cells /= np.maximum(np.sqrt((cells**2).sum(axis=1, keepdims=True)), 1e-12)
    along, grid = patch // CELL, size // patch
    return cells.reshape(3 * BINS, grid, along, grid, along).transpose(1, 3, 0, 2, 4).reshape(grid * grid, -1)


random = np.random.default_rng(3)
size = 32
y, x = np.mgrid[0:size, 0:size]
waves = [127 + 60 * np.sin(0.4 * x + 0.2 * k * y) + 40 * np.cos(0.3 * y * (k + 1)) for k in range(3)]
pixels = np.clip(np.stack(waves) + random.normal(0, 12, (3, size, size)), 0, 255).round()
pixels[:, 16:, 16:] = 90
cases = [dict(patch=patch, values=[round(float(v), 7) for v in hog(pixels, patch).ravel()]) for patch in (16, 8)]
fixture = dict(size=size, pixels=[int(v) for v in pixels.ravel()], cases=cases)
(pathlib.Path(__file__).parent / "hog.json").write_text(json.dumps(fixture) + "\n")
