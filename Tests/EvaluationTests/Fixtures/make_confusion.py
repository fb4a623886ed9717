"""Makes confusion.json: made-up maps and what plain numpy says of predictions of them.

    python make_confusion.py      needs numpy; made with numpy 2.4.6

The scores are those of mmsegmentation (core/evaluation/metrics.py, intersect_and_union and eval_metrics): histograms of
each class over all pictures in float64, label 255 dropped, means by nanmean. Class 5 is never there but predicted
(IoU 0, accuracy nan), class 6 is neither (nan).
"""

import json
from pathlib import Path

import numpy as np

CLASSES, IGNORED = 7, 255
rng = np.random.default_rng(3)
pictures = []
intersect, union, label = np.zeros(CLASSES), np.zeros(CLASSES), np.zeros(CLASSES)
for _ in range(3):
    truth = rng.choice([0, 1, 2, 3, 4], size=(9, 11), p=[0.5, 0.2, 0.15, 0.1, 0.05])
    predicted = np.where(rng.random(truth.shape) < 0.6, truth, rng.integers(0, 6, truth.shape))
    truth[rng.random(truth.shape) < 0.15] = IGNORED
    pictures.append({"truth": truth.ravel().tolist(), "prediction": predicted.ravel().tolist()})
    known = truth != IGNORED
    t, p = truth[known], predicted[known]
    histogram = lambda x: np.histogram(x, bins=CLASSES, range=(0, CLASSES - 1))[0].astype(np.float64)
    hit, of_truth, of_prediction = histogram(p[p == t]), histogram(t), histogram(p)
    intersect, union, label = intersect + hit, union + of_truth + of_prediction - hit, label + of_truth
with np.errstate(invalid="ignore"):
    iou, accuracy = intersect / union, intersect / label
plain = lambda values: [None if np.isnan(value) else value for value in values]
result = {
    "classes": CLASSES, "pictures": pictures, "iou": plain(iou), "accuracies": plain(accuracy),
    "mean_iou": np.nanmean(iou), "mean_accuracy": np.nanmean(accuracy), "pixel_accuracy": intersect.sum() / label.sum(),
    "chance": label.max() / label.sum() / (label > 0).sum(),
}
Path(__file__).with_name("confusion.json").write_text(json.dumps(result) + "\n")
