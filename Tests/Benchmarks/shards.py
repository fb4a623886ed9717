#!/usr/bin/env python3
"""The same pictures loose and in WebDataset shards: pictures a second of decoding and cropping, in turn.

The folder's pictures are packed in the order of their names; both forms lie in the same temporary folder and are read once before they
are measured, so that the page cache has either. Prints the median of each and their ratio; status 1 where shards are more than 5% slower.

  python3 Tests/Benchmarks/make_photos.py --from /usr/share/tuxpaint/stamps --to /tmp/photos --count 400
  python3 Tests/Benchmarks/shards.py /tmp/photos
"""
import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent.parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--mvp", default=str(root / ".build/release/mvp"))
parser.add_argument("--image-size", type=int, default=224)
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--in-shard", type=int, default=100, help="pictures of a shard")
parser.add_argument("--in", dest="place", help="folder for the copies: of the disk that is to be measured")
args = parser.parse_args()
pictures = sorted(path for path in args.folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))
if not pictures:
    raise SystemExit(f"shards: no pictures below {args.folder}")


def measured(place):
    command = [args.mvp, "bench", "--data", str(place), "--image-size", str(args.image_size), "--threads", "1", "--json"]
    result = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert not result["skipped"], result["first_skipped"]
    return result


with tempfile.TemporaryDirectory(dir=args.place) as scratch:
    loose, shards = pathlib.Path(scratch, "loose"), pathlib.Path(scratch, "shards")
    loose.mkdir()
    shards.mkdir()
    for number, picture in enumerate(pictures):
        shutil.copyfile(picture, loose / f"{number:06d}{picture.suffix.lower()}")
    files = sorted(loose.iterdir())
    for begin in range(0, len(files), args.in_shard):
        with tarfile.open(shards / f"{begin // args.in_shard:05d}.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
            for file in files[begin:begin + args.in_shard]:
                tar.add(file, arcname=file.name)
    forms = {"loose": loose, "shards": shards}
    found = {name: [] for name in forms}
    for round_ in range(args.rounds + 1):
        # One after the other, and the other way round: what the machine does meanwhile meets both.
        for name in list(forms) if round_ % 2 else reversed(forms):
            result = measured(forms[name])
            if round_:
                found[name].append(result)

print(f"{len(pictures)} pictures, {args.image_size} px, one core, medians of {args.rounds}\n\n"
      "| form | pictures/s | pictures/s of CPU time | decode ms |\n|---|---|---|---|")
medians = {}
for name, results in found.items():
    medians[name] = [statistics.median(value(result) for result in results) for value in (
        lambda result: result["pictures_per_s"], lambda result: result["pictures_per_cpu_s"],
        lambda result: result["phases_s"]["decode"] * 1000)]
    print(f"| {name} | {medians[name][0]:.1f} | {medians[name][1]:.1f} | {medians[name][2]:.3f} |")
ratio = medians["shards"][1] / medians["loose"][1]
print(f"\nshards / loose: {medians['shards'][0] / medians['loose'][0]:.3f} by the clock, {ratio:.3f} by CPU time")
sys.exit(ratio < 0.95)
