#!/usr/bin/env python3
"""A model, and no measurement: what many hosts would make of a step that was measured on one and on two.

  python3 Tests/Benchmarks/hosts_model.py [--step 3.08] [--shared 4.37] [--waiting 0.18] [--bytes 344e6]

Every host has one rank and as many pictures as the one that was measured, so a perfect step takes as long on any
number. The usual values are those of base-224 in RESULTS.md, "A run on several ranks": medians of a step of one rank
and of two, the middle of what two waited, bytes of the gradients in float32.

  own     what the sums cost the core that computes, whatever the link: --shared less --waiting less --step, at 2 ranks.
          Each rank copies, sends, adds and copies back (n - 1) / n of the gradients: own(n) = own(2) 2 (n - 1) / n.
  ring    2 (n - 1) / n G / b + 2 (n - 1) l: G bytes on a link of b bytes a second, l seconds for a message to arrive.
          What the program does, every rank owns a segment that it adds up, moves the same bytes in two exchanges.
  tree    2 (n - 1) / n G / b + 2 log2(n) l: halving and doubling, for n a power of two.
  hidden  What is under way while the backward pass goes on: all but the last bucket, for as long as that pass takes,
          --backward of a step (of its products, forward, backward and the teacher's forward have 1 : 2 : 1).
  step    step + own(n) + what of ring or tree is not hidden; efficiency: the measured step over it.

`no own` is the efficiency where the sums cost the computing core nothing; `hides from` the shortest step of one rank
behind whose backward pass the link's time would vanish. No contention, no stragglers and no switch is modelled.
"""

import argparse
import math

HOSTS = (8, 64, 512)
GIGABITS = (10, 25, 100)
BUCKET = 4 << 20


def transfer(hosts, size, bandwidth, latency, kind):
    """Seconds for which the link is busy in a step."""
    messages = 2 * (hosts - 1) if kind == "ring" else 2 * math.log2(hosts)
    return 2 * (hosts - 1) / hosts * size / bandwidth + messages * latency


def visible(seconds, size, backward):
    """What of them is seen: the last bucket goes out when the backward pass has ended."""
    last = seconds * min(1, BUCKET / size)
    return last + max(0, seconds - last - backward)


def rows(options):
    own = max(0, options.shared - options.waiting - options.step)
    backward = options.backward * options.step
    for gigabits in GIGABITS:
        bandwidth = gigabits * 1e9 / 8
        for hosts in HOSTS:
            added = own * 2 * (hosts - 1) / hosts
            times = {
                kind: transfer(hosts, options.bytes, bandwidth, options.latency, kind) for kind in ("ring", "tree")}
            seen = {kind: visible(seconds, options.bytes, backward) for kind, seconds in times.items()}
            worst = max(seen.values())
            yield (
                f"{gigabits} Gbit/s", hosts, times["ring"], times["tree"], seen["ring"], seen["tree"],
                options.step / (options.step + added + worst), options.step / (options.step + worst),
                max(times.values()) / options.backward)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--step", type=float, default=3.08, help="seconds of a step of one rank")
    parser.add_argument("--shared", type=float, default=4.37, help="seconds of a step of two ranks on one machine")
    parser.add_argument("--waiting", type=float, default=0.18, help="seconds that they wait in it")
    parser.add_argument("--bytes", type=float, default=344e6, help="of the gradients")
    parser.add_argument("--backward", type=float, default=0.5, help="part of a step that is its backward pass")
    parser.add_argument("--latency", type=float, default=30e-6, help="seconds for a message to arrive")
    options = parser.parse_args()
    print("| link | hosts | ring, s | tree, s | ring seen, s | tree seen, s | efficiency | no own | hides from, s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for link, hosts, *numbers in rows(options):
        print(f"| {link} | {hosts} | " + " | ".join(f"{number:.3f}" for number in numbers[:4])
              + " | " + " | ".join(f"{number:.2f}" for number in numbers[4:]) + " |")


if __name__ == "__main__":
    main()
