#!/usr/bin/env bash
# What libtorch's device does on a GPU, in under 8 minutes: makes the library, runs the op tests on it, trains the demo there and on the
# CPU, and times ViT-B/16 at 224 pixels (batch 256, bf16) against compiled PyTorch, in turn. Needs a release build (swift build -c release
# --build-tests) and a Python with torch.
#
#   Tests/Benchmarks/gpu.sh [--device cuda] [--python PYTHON] [--mvp PROGRAM] [--pictures FOLDER] [--output FOLDER] [--seconds 480]
#   Tests/Benchmarks/gpu.sh --device torch-cpu --quick      the same way with small sizes, without a GPU: that the script works
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
device=cuda quick= python=python3 mvp=$root/.build/release/mvp pictures= output= limit=480
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=1 ;;
    --device | --python | --mvp | --pictures | --output | --seconds)
      [ $# -gt 1 ] || { echo "gpu.sh: $1 wants a value" >&2; exit 2; }
      case $1 in
        --device) device=$2 ;; --python) python=$2 ;; --mvp) mvp=$2 ;; --pictures) pictures=$2 ;; --output) output=$2 ;;
        --seconds) limit=$2 ;;
      esac
      shift ;;
    *) echo "gpu.sh: what is $1? See the head of the script" >&2; exit 2 ;;
  esac
  shift
done
case $device in
  cuda*) peer=$device ;; torch-cpu) peer=cpu ;;
  *) echo "gpu.sh: --device is $device: give cuda, cuda:N or torch-cpu" >&2; exit 2 ;;
esac
[ -x "$mvp" ] || { echo "gpu.sh: $mvp is not there: swift build -c release --build-tests" >&2; exit 1; }
[ -n "$output" ] || output=$(mktemp -d "${TMPDIR:-/tmp}/mvp-gpu-XXXXXX")
mkdir -p "$output"
export TORCHINDUCTOR_CACHE_DIR=$output/inductor
# Steps, sizes and pairs of the timed part; steps of the demo.
if [ -n "$quick" ]; then
  config=tiny-32 batch=4 steps=2 warmup=1 pairs=1 compiled=none dtype=fp32 torch_dtype=fp32 agree=6 train=12 photos=8 ops=OptimizerTests
else
  config=base-224 batch=256 steps=20 warmup=5 pairs=2 compiled=default dtype=bf16 torch_dtype=amp agree=40 train=900 photos=512 ops='OpTests|FiniteDifferenceTests|EngineTests|OptimizerTests|TorchDeviceTests'
fi
say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }
left() { echo $((limit - SECONDS)); }
within() { timeout --signal=INT --kill-after=5 "$(($(left) > 5 ? $(left) : 5))" "$@"; }
fail() { say "FAILED: $*"; exit 1; }

# 1. The library.
if "$mvp" torch show > "$output/torch.txt" 2>&1; then
  say "the library is there"
else
  torch=$("$python" -c 'import importlib.util as u; print(list(u.find_spec("torch").submodule_search_locations)[0])') \
    || fail "$python has no torch"
  say "making the library for $torch"
  within "$mvp" torch build --libtorch "$torch" || fail "mvp torch build"
  "$mvp" torch show > "$output/torch.txt" || fail "mvp torch show"
fi
sed 's/^/        /' "$output/torch.txt"
command -v nvidia-smi > /dev/null && nvidia-smi --query-gpu=name,driver_version,memory.total,power.limit --format=csv,noheader || true

# 2. Ops: the fixtures and finite differences of Tests/TensorsTests, on the device alone.
tests=$(find "$root/.build/release/" -maxdepth 1 -name '*PackageTests.xctest' 2> /dev/null | head -1 || true)
if [ -n "$tests" ]; then
  say "op tests on $device"
  if MVP_TORCH_DEVICE=${device#torch-} within "$tests" --testing-library swift-testing --no-parallel --filter "$ops" > "$output/ops.txt" 2>&1
  then say "$(tail -1 "$output/ops.txt")"
  else grep -E 'failed|error|✘' "$output/ops.txt" | head -20; fail "op tests, see $output/ops.txt"; fi
else
  say "no test bundle in .build/release: op tests are left out"
fi

# 3. The demo: the same steps on cpu and on the device, then as far as time allows on the device.
run() { # DEVICE STEPS FOLDER
  within "$mvp" run demo --device "$1" --headless --json --steps "$2" --sessions "$output/$3" --set 'evals.at_end=[]' \
    --set schedule.eval_every=0 --set preview.every=0 > "$output/$3.jsonl" 2> "$output/$3.err" || { cat "$output/$3.err"; fail "the demo on $1"; }
}
say "the demo, $agree steps on cpu and on $device"
run cpu "$agree" demo-cpu
run "$device" "$agree" demo-device
"$python" "$here/gpu_report.py" agree "$output/demo-cpu.jsonl" "$output/demo-device.jsonl" || fail "the losses of $device are not those of cpu"
say "the demo, $train steps on $device"
run "$device" "$train" demo-long
"$python" "$here/gpu_report.py" learned "$output/demo-long.jsonl" || fail "the demo does not learn on $device"

# 4. A step of ViT-B/16 against PyTorch's, in turn.
bench() { within "$mvp" bench --config $config --batch $batch --device "$device" --dtype $dtype --steps $steps --warmup $warmup --json "$@"; }
threads=$(nproc)
done=0
for pair in $(seq $pairs); do
  [ "$(left)" -gt 60 ] || { say "no time for pair $pair"; break; }
  say "pair $pair: mvp bench --config $config --batch $batch --device $device --dtype $dtype"
  bench > "$output/ours-$pair.json" 2> "$output/ours.err" || { cat "$output/ours.err"; fail "mvp bench"; }
  say "pair $pair: torch_step.py --compile $compiled"
  within "$python" "$here/torch_step.py" --config $config --batch $batch --device $peer --dtype $torch_dtype --compile $compiled \
    --steps $steps --warmup $warmup --threads "$threads" > "$output/torch-$pair.json" 2> "$output/torch.err" \
    || { tail -5 "$output/torch.err"; fail "torch_step.py"; }
  done=$pair
done

# 5. The same with pictures that are decoded and cropped beside it.
if [ -z "$pictures" ] && "$python" -c 'import numpy, PIL' 2> /dev/null && [ "$(left)" -gt 45 ]; then
  pictures=$output/photos
  "$python" "$here/make_photos.py" --from "$root/Tests/Captures" --to "$pictures" --count $photos | sed 's/^/        /'
fi
if [ -n "$pictures" ] && [ "$(left)" -gt 30 ]; then
  say "with pictures of $pictures, decoded on $threads cores"
  bench --pictures "$pictures" > "$output/pictures.json" 2> "$output/pictures.err" || { cat "$output/pictures.err"; say "not measured"; }
else
  say "no pictures to decode: give a folder with --pictures, or a Python with numpy and Pillow"
fi
[ "$done" -gt 0 ] || fail "nothing was timed in $limit s"
"$python" "$here/gpu_report.py" table "$output" "$done"
say "done; everything is in $output"
