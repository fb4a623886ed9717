"""Makes neighbours.json: features of made-up classes, and what scikit-learn's kNN says of them.

    python make_neighbours.py      needs numpy, scikit-learn; made with numpy 2.4.6, scikit-learn 1.9.1

Votes weigh exp(cosine / .07), as in DINO's eval_knn.py. No two best classes lie closer than a thousandth of their votes.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

CLASSES, WIDTH, TRAIN, TEST = 8, 6, 240, 60
KS = [1, 10, 20, 100, 200]
rng = np.random.default_rng(3)
labels = rng.integers(0, CLASSES, TRAIN + TEST)
rows = rng.normal(0, 1, (CLASSES, WIDTH))[labels] + rng.normal(0, 1.3, (TRAIN + TEST, WIDTH))
rows = np.round(rows, 4).astype(np.float32)
unit = rows.astype(np.float64)
unit /= np.linalg.norm(unit, axis=1, keepdims=True)
x, y, z, wanted = unit[:TRAIN], labels[:TRAIN], unit[TRAIN:], labels[TRAIN:]
right, right_top5 = [], []
for k in KS:
    # Of rows of unit length, the squared distance is 2 - 2 cosine.
    judge = KNeighborsClassifier(k, weights=lambda d: np.exp((1 - d**2 / 2) / 0.07), algorithm="brute").fit(x, y)
    votes = judge.predict_proba(z)
    order = np.argsort(-votes, axis=1, kind="stable")
    best = np.sort(votes, axis=1)
    assert (best[:, -1] - best[:, -2]).min() > 1e-4
    assert (judge.predict(z) == order[:, 0]).all()
    right.append(int((order[:, 0] == wanted).sum()))
    right_top5.append(int(sum(w in o[:5] and v[w] > 0 for w, o, v in zip(wanted, order, votes))))
Path(__file__).with_name("neighbours.json").write_text(
    json.dumps(
        dict(
            classes=CLASSES, width=WIDTH, train=[round(float(v), 4) for v in rows[:TRAIN].ravel()], train_labels=y.tolist(),
            test=[round(float(v), 4) for v in rows[TRAIN:].ravel()], test_labels=wanted.tolist(), ks=KS, right=right,
            right_top5=right_top5,
        )
    )
    + "\n"
)
