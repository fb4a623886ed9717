"""Makes operations.json: what Pillow, called as timm's auto_augment.py calls it, makes of a small picture, for `PictureOperationTests`.

Run: python make_operations.py (timm, pillow). Each case has an operation's place in RandAugment's list, its strength of 0...10, and whether
it goes the other way; pictures are base64 of RGB bytes.
"""

import base64
import json
import pathlib

import numpy as np
from PIL import Image
from timm.data import auto_augment as aa

FILL = (124, 116, 104)
NAMES = ["AutoContrast", "Equalize", "Invert", "Rotate", "PosterizeIncreasing", "SolarizeIncreasing", "SolarizeAdd", "ColorIncreasing",
         "ContrastIncreasing", "BrightnessIncreasing", "SharpnessIncreasing", "ShearX", "ShearY", "TranslateXRel", "TranslateYRel"]
assert NAMES == aa._RAND_INCREASING_TRANSFORMS

rng = np.random.default_rng(5)
height, width = 28, 32
y, x = np.mgrid[0:height, 0:width]
base = np.stack([40 + 5 * x, 200 - 4 * y, 60 + 2 * x + 3 * y], -1) + 30 * np.sin(x / 3)[..., None]
picture = Image.fromarray(np.clip(base + rng.normal(0, 8, base.shape), 12, 235).astype(np.uint8))


def packed(image):
    return base64.b64encode(image.tobytes()).decode()


cases = []
for kind, name in enumerate(NAMES):
    for strength in (9.0, 3.3):
        for negative in (False, True):
            aa._randomly_negate = lambda v: -v if negative else v
            to_arguments = aa.LEVEL_TO_ARG[name]
            arguments = to_arguments(strength, aa._HPARAMS_DEFAULT) if to_arguments else ()
            kwargs = dict(fillcolor=FILL, resample=Image.Resampling.BICUBIC)
            result = aa.NAME_TO_OP[name](picture, *arguments, **kwargs)
            cases.append(dict(kind=kind, strength=strength, negative=negative, rgb=packed(result)))
path = pathlib.Path(__file__).with_name("operations.json")
path.write_text(json.dumps(dict(width=width, height=height, fill=FILL, rgb=packed(picture), cases=cases)))
