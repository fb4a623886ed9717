"""Makes centroid.json: features of made-up classes, and what numpy and scikit-learn say of their class means.

    python make_centroid.py      needs numpy, scikit-learn; made with numpy 2.4.6, scikit-learn 1.9.1

Class 3 has no picture to learn from and one to score on. `means` are the rows of the class means scaled to unit length,
`cosines` those of the test rows with them, in float64. The nearest means are those of NearestCentroid, too: with means
of unit length, the nearest by distance is the nearest by cosine.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.neighbors import NearestCentroid

CLASSES, WIDTH, EMPTY = 7, 5, 3
rng = np.random.default_rng(11)


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


centres = rng.normal(0, 1, (CLASSES, WIDTH))
labels = np.concatenate([np.repeat([c for c in range(CLASSES) if c != EMPTY], 9), [EMPTY], rng.integers(0, CLASSES, 30)])
labels[55:][labels[55:] == EMPTY] = 0
# Lengths differ by up to a hundred times: without scaling to unit length, the longest rows would decide.
rows = (centres[labels] + rng.normal(0, 0.9, (len(labels), WIDTH))) * 10 ** rng.uniform(-1, 1, (len(labels), 1))
rows = rows.astype(np.float32)
train, test = slice(0, 54), slice(54, None)

x, y = unit(rows[train].astype(np.float64)), labels[train]
z, wanted = unit(rows[test].astype(np.float64)), labels[test]
known = [c for c in range(CLASSES) if c != EMPTY]
means = unit(np.stack([x[y == c].mean(axis=0) for c in known]))
cosines = z @ means.T
nearest = np.array(known)[cosines.argmax(axis=1)]

judge = NearestCentroid().fit(means, known)
assert (judge.predict(z) == nearest).all()
gaps = np.sort(cosines, axis=1)
assert (gaps[:, -1] - gaps[:, -2]).min() > 1e-4 and (gaps[:, -5] - gaps[:, -6]).min() > 1e-4
order = np.array(known)[np.argsort(-cosines, axis=1)]

Path(__file__).with_name("centroid.json").write_text(
    json.dumps(
        dict(
            classes=CLASSES, width=WIDTH,
            train=[round(float(v), 8) for v in rows[train].ravel()], train_labels=labels[train].tolist(),
            test=[round(float(v), 8) for v in rows[test].ravel()], test_labels=wanted.tolist(),
            right=int((nearest == wanted).sum()), right_top5=int(sum(w in o[:5] for w, o in zip(wanted, order))),
            means=[round(float(v), 8) for v in means.ravel()], cosines=[round(float(v), 8) for v in cosines.ravel()],
        )
    )
    + "\n"
)
