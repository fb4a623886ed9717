#!/usr/bin/env python3
"""Makes JPEGs like ImageNet's typical ones (500 x 375, 4:2:0, about 100 kB) to measure the data pipeline with.

Pictures of a folder are pasted over a shaded background with some grain, since flat drawings would be cheaper to decode than photographs.

  python3 Tests/Benchmarks/make_photos.py --from /usr/share/tuxpaint/stamps --to /tmp/photos --count 400
"""
import argparse
import pathlib

import numpy
from PIL import Image

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--from", dest="source", required=True, help="folder of PNG or JPEG pictures")
parser.add_argument("--to", required=True, help="folder to make")
parser.add_argument("--count", type=int, default=400)
parser.add_argument("--size", default="500x375")
parser.add_argument("--quality", type=int, default=92)
args = parser.parse_args()
width, height = (int(side) for side in args.size.split("x"))
sources = sorted(path for path in pathlib.Path(args.source).rglob("*") if path.suffix.lower() in (".png", ".jpg", ".jpeg"))
if not sources:
    raise SystemExit(f"make_photos: no pictures below {args.source}")
target = pathlib.Path(args.to)
target.mkdir(parents=True, exist_ok=True)
bytes_written = 0
for number in range(args.count):
    random = numpy.random.default_rng(number)
    y, x = numpy.mgrid[0:height, 0:width] / 100.0
    waves = sum(numpy.sin(random.normal() * x + random.normal() * y + random.uniform(0, 6)) for _ in range(4))
    shade = 128 + 30 * waves[..., None] * random.uniform(0.3, 1, 3) + random.uniform(-40, 40, 3)
    canvas = Image.fromarray(shade.clip(0, 255).astype("uint8"))
    for _ in range(4):
        item = Image.open(sources[random.integers(len(sources))]).convert("RGBA")
        side = int(random.uniform(0.4, 1.0) * height)
        item = item.resize((side, max(1, side * item.height // item.width)), Image.BICUBIC)
        canvas.paste(item, (int(random.uniform(-0.2, 0.9) * width), int(random.uniform(-0.2, 0.8) * height)), item)
    # Grain as of a sensor, a little smoothed as lenses do.
    grain = random.normal(0, 14, (height + 1, width + 1, 3))
    grain = (grain[:-1, :-1] + grain[1:, :-1] + grain[:-1, 1:] + grain[1:, 1:]) / 4
    photo = (numpy.asarray(canvas).astype(float) + grain).clip(0, 255).astype("uint8")
    path = target / f"photo-{number:05d}.jpg"
    Image.fromarray(photo).save(path, quality=args.quality, subsampling="4:2:0")
    bytes_written += path.stat().st_size
print(f"{args.count} pictures, {bytes_written / args.count / 1000:.1f} kB each, in {target}")
