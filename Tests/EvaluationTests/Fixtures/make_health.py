"""Makes health.json: made-up features, and what numpy says of their health, in float64.

    python make_health.py      needs numpy; made with numpy 2.4.6

`rank` is RankMe (Garrido et al. 2023, equation 1): exp of the entropy of the singular values, each as a share of their
sum plus 1e-7. `cka` is linear CKA (Kornblith et al. 2019) of the features with others of another width. `lidar` (Thilak et al.
2023, equations 1 to 5) takes every four rows as crops of one picture.
"""

import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(5)
ROWS, WIDTH, OTHER = 40, 9, 6
spread = np.array([3, 2, 1.5, 1, 0.7, 0.4, 0.2, 0.004, 0])
x = (rng.normal(0, 1, (ROWS, WIDTH)) * spread) @ np.eye(WIDTH) + np.linspace(-1, 2, WIDTH)
y = np.tanh(x @ rng.normal(0, 0.5, (WIDTH, OTHER))) + rng.normal(0, 0.3, (ROWS, OTHER))
x, y = x.astype(np.float32).astype(np.float64), y.astype(np.float32).astype(np.float64)


def rank(z):
    p = np.linalg.svd(z, compute_uv=False)
    p = p / p.sum() + 1e-7
    return float(np.exp(-(p * np.log(p)).sum()))


def centred(z):
    return z - z.mean(axis=0)


def cka(a, b):
    a, b = centred(a), centred(b)
    return float(
        np.linalg.norm(b.T @ a) ** 2 / (np.linalg.norm(a.T @ a) * np.linalg.norm(b.T @ b))
    )


def lidar(z, views):
    crops = z.reshape(-1, views, z.shape[1])
    means = crops.mean(axis=1)
    apart = np.cov(means.T, bias=True)
    inside = (crops - means[:, None]).reshape(-1, z.shape[1])
    values, vectors = np.linalg.eigh(inside.T @ inside / len(inside) + 1e-4 * np.eye(z.shape[1]))
    root = vectors @ np.diag(values**-0.5) @ vectors.T
    p = np.abs(np.linalg.eigvalsh(root @ apart @ root))
    p = p / p.sum() + 1e-7
    return float(np.exp(-(p * np.log(p)).sum()))


deviations = x.std(axis=0)
few = x[:5]
symmetric = rng.normal(0, 1, (7, 7))
symmetric = symmetric + symmetric.T
Path(__file__).with_name("health.json").write_text(
    json.dumps(
        dict(
            rows=ROWS, width=WIDTH, other_width=OTHER, values=x.ravel().tolist(), others=y.ravel().tolist(),
            rank=rank(x), centred_rank=rank(centred(x)), few=len(few), few_rank=rank(few), lidar=lidar(x, 4),
            deviations=deviations.tolist(), dead=int((deviations <= 0.01 * np.median(deviations)).sum()),
            median=float(np.median(deviations)), cka=cka(x, y), cka_self=cka(x, 2 * x[:, ::-1]),
            symmetric=symmetric.ravel().tolist(), eigenvalues=np.linalg.eigvalsh(symmetric).tolist(),
        )
    )
    + "\n"
)
