#!/usr/bin/env python3
"""A workbench here on a run over there (`mvp attach HOST:SESSION`) against the same workbench over there, in
`ssh -t`: bytes that the link carries, and how long a key takes to be seen. The link is a real sshd on loopback behind
a relay that delivers everything late.

  MVP=.build/release/mvp python3 Tests/Benchmarks/remote.py [ROUND-TRIP-MS [SECONDS [KEYS]]]      200 ms, 20 s, 20 keys
"""
import getpass
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
for room in ("Acceptance", "Faults"):
    sys.path.insert(0, os.path.join(HERE, "..", room))
import sshd  # noqa: E402
from terminal import MVP, SESSION, Program, mvp  # noqa: E402

milliseconds, seconds, presses = (float(value) for value in (sys.argv[1:] + ["200", "20", "20"][len(sys.argv) - 1:])[:3])


def key(program, press, expected):
    """Seconds until a view's own words are on the screen."""
    start = time.monotonic()
    program.type(press)
    while expected not in program.text():
        program.pump(0.002)
        if time.monotonic() - start > 20:
            raise SystemExit(f"{expected!r} did not come:\n{program.text()}")
    return time.monotonic() - start


def measure(name, program, link):
    program.wait_step(3, 60)
    program.pump(3)
    before, end = link.bytes, time.monotonic() + seconds
    while time.monotonic() < end:
        program.pump(0.1)
    rate = (link.bytes - before) / seconds
    times = []
    for turn in range(int(presses)):
        press, expected = (("8", "[8 log]"), ("1", "[1 dashboard]"))[turn % 2]
        times.append(key(program, press, expected))
        program.pump(0.3)
    print(
        f"{name:<28} {rate:8.0f} bytes/s   key to screen {1000 * statistics.median(times):6.0f} ms "
        f"({1000 * min(times):.0f} to {1000 * max(times):.0f})", flush=True)


with tempfile.TemporaryDirectory() as folder:
    home, sessions = os.path.join(folder, "home"), os.path.join(folder, "sessions")
    os.makedirs(home)
    server = sshd.Server(os.path.join(folder, "ssh"))
    host = subprocess.Popen(
        [MVP, "run", SESSION, "--sessions", sessions, "--headless", "--set", "threads=1", "--set", "schedule.steps=100000"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        while '"running"' not in mvp("runs", "--sessions", sessions, "--json").stdout:
            time.sleep(0.2)
        place = f"{getpass.getuser()}@127.0.0.1"
        for where in ("workbench here", "workbench there, ssh -t"):
            link = sshd.SlowLink(server.port, milliseconds / 2000)
            if where == "workbench here":
                words, env = [MVP, "attach", f"{place}:small", "--program", MVP, "--sessions", sessions], {
                    "MVP_SSH_COMMAND": server.command(link.here)}
            else:
                there = shlex.join(
                    ["env", "LC_ALL=C.UTF-8", f"HOME={home}", "TERM=xterm-256color", MVP, "attach", "small", "--sessions", sessions])
                words, env = server.words(link.here) + ["-C", "-tt", place, there], {}
            with Program(words, columns=120, rows=40, home=home, env=env) as program:
                program.wait_text("attached", 60)
                measure(where, program, link)
            link.close()
    finally:
        host.kill()
        host.wait()
        server.close()
