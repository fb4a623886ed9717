"""`mvp weights pull`, against a server of this machine: whole, in parts, broken off, redirected, and what is no weights."""

import hashlib
import http.server
import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import threading
import time
import unittest

from faults import FaultTest
from test_environment import needs_mounts

WEIGHTS = bytes(os.urandom(1 << 16) * 24)
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """What a path gives: `/w.pth` the weights with ranges, `/plain` without, and so on."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.tag = '"one"'
        self.asked = []
        self.break_after = None
        self.slowly = 0.0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """A client that goes away is what some of the tests are about."""

    def address(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, content=b"", **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        path = self.path.split("?")[0]
        self.server.asked.append((path, self.headers.get("Range")))
        if path == "/moved":
            return self.answer(302, b"elsewhere", Location=self.server.address("/w.pth?signature=a/b"))
        if path == "/round":
            return self.answer(302, Location=self.server.address("/round"))
        if path == "/login":
            return self.answer(401, b"no")
        if path == "/page":
            return self.answer(200, b"<!DOCTYPE html><html>Log in</html>", Content_Type="text/html; charset=utf-8")
        if path == "/hidden-page":
            return self.answer(200, b"  <html>Log in</html>", Content_Type="application/octet-stream")
        if path == "/pointer":
            return self.answer(200, b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
        if path == "/busy":
            return self.answer(503, b"later")
        if path not in ("/w.pth", "/plain"):
            return self.answer(404, b"nothing")
        content, start = WEIGHTS, 0
        asked = self.headers.get("Range")
        if path == "/w.pth" and asked and self.headers.get("If-Range", self.server.tag) == self.server.tag:
            start = int(asked.removeprefix("bytes=").split("-")[0])
            if start >= len(content):
                return self.answer(416, Content_Range=f"bytes */{len(content)}")
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if path == "/w.pth":
            self.send_header("ETag", self.server.tag)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        end = len(content) if self.server.break_after is None else start + self.server.break_after
        for place in range(start, min(end, len(content)), 1 << 16):
            self.wfile.write(content[place:place + (1 << 16)])
            time.sleep(self.server.slowly)
        self.close_connection = True


@unittest.skipUnless(shutil.which("curl"), "needs curl")
class Pull(FaultTest):
    def setUp(self):
        super().setUp()
        # The server writes to clients that are gone.
        self.addCleanup(signal.signal, signal.SIGPIPE, signal.signal(signal.SIGPIPE, signal.SIG_IGN))
        self.server = Server()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def path(self, name):
        return os.path.join(self.folder, name)

    def pull(self, path, *more, **environment):
        return self.mvp("weights", "pull", self.server.address(path), *more, no_proxy="127.0.0.1", **environment)

    def whole(self, name):
        with open(self.path(name), "rb") as file:
            return file.read() == WEIGHTS

    def leftovers(self):
        return [name for name in os.listdir(self.folder) if ".part" in name]

    def test_a_file_comes_whole(self):
        done = self.pull("/w.pth", "--json")
        told = json.loads(done.stdout) if done.returncode == 0 else {}
        right = told.get("sha256") == SHA256 and told["bytes"] == len(WEIGHTS) and not told["checked"]
        self.tried("weights are fetched", right and self.whole("w.pth") and not self.leftovers(), done.stderr)
        again = self.pull("/w.pth")
        self.tried("a file that is there", again.returncode == 1 and "is there already" in again.stderr, again.stderr)
        known = self.pull("/w.pth", "--sha256", SHA256[:16])
        asked = len(self.server.asked)
        self.tried("a file that is there and right", known.returncode == 0 and asked == 1, known.stderr)
        self.tried("a file is replaced if asked", self.pull("/w.pth", "--force").returncode == 0)
        moved = self.pull("/moved", "--output", self.path("moved.pth"), "--sha256", SHA256)
        self.tried("a redirection", moved.returncode == 0 and self.whole("moved.pth"), moved.stderr)
        plain = self.mvp("weights", "pull", f"file://{self.path('w.pth')}", "--output", self.path("copy.pth"))
        self.tried("a file of this machine", plain.returncode == 0 and self.whole("copy.pth"), plain.stderr)
        os.mkdir(self.path("d"))
        into = self.pull("/w.pth?x=/y", "--output", self.path("d"))
        lost = self.pull("/w.pth", "--output", self.path("none/"))
        self.tried("a folder that is not there", lost.returncode == 1 and "folder is there" in lost.stderr, lost.stderr)
        self.tried("a folder to fetch into", into.returncode == 0 and self.whole("d/w.pth"), into.stderr)

    def test_it_goes_on_where_it_was(self):
        self.server.break_after = 10 << 16
        done = self.pull("/w.pth")
        part = os.path.getsize(self.path("w.pth.part"))
        said = "and the same command goes on from there" in done.stderr and len(done.stderr.splitlines()) == 1
        self.tried("a broken connection", done.returncode == 1 and said and part == 10 << 16, f"{part} {done.stderr}")
        self.server.break_after = None
        done = self.pull("/w.pth", "--json")
        resumed = json.loads(done.stdout)["resumed"] if done.returncode == 0 else None
        right = resumed == part and self.server.asked[-1][1] == f"bytes={part}-"
        self.tried("going on with a part", right and self.whole("w.pth") and not self.leftovers(), done.stderr)

    def test_another_state_of_the_file_begins_anew(self):
        self.server.break_after = 3 << 16
        self.pull("/w.pth")
        self.server.break_after, self.server.tag = None, '"two"'
        done = self.pull("/w.pth", "--json", "--sha256", SHA256)
        right = done.returncode == 0 and json.loads(done.stdout)["resumed"] == 0
        self.tried("a file that changed meanwhile", right and self.whole("w.pth"), done.stderr)
        os.remove(self.path("w.pth"))
        self.server.break_after = 3 << 16
        self.pull("/plain")
        self.server.break_after = None
        done = self.pull("/plain", "--sha256", SHA256)
        self.tried("a server without parts", done.returncode == 0 and self.whole("plain"), done.stderr)
        # A part of another address is none of this one.
        with open(self.path("x.part"), "wb") as file:
            file.write(b"something else")
        done = self.pull("/w.pth", "--output", self.path("x"))
        self.tried("a part of something else", done.returncode == 0 and self.whole("x"), done.stderr)

    def test_a_part_that_is_whole(self):
        self.pull("/w.pth")
        os.rename(self.path("w.pth"), self.path("w.pth.part"))
        with open(self.path("w.pth.part.from"), "w") as file:
            file.write(f'{self.server.address("/w.pth")}\n"one"\n')
        done = self.pull("/w.pth", "--sha256", SHA256)
        self.tried("a part that is whole", done.returncode == 0 and self.whole("w.pth"), done.stderr)

    def test_a_signal_keeps_the_part(self):
        self.server.slowly = 0.05
        process = self.begin("weights", "pull", self.server.address("/w.pth"), no_proxy="127.0.0.1")
        self.wait(lambda: os.path.exists(self.path("w.pth.part")) and os.path.getsize(self.path("w.pth.part")) > 1 << 17)
        second = self.pull("/w.pth")
        self.tried("two at once", second.returncode == 1 and "another `mvp weights pull`" in second.stderr, second.stderr)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        self.server.slowly = 0.0
        done = self.pull("/w.pth", "--json", "--sha256", SHA256)
        resumed = json.loads(done.stdout)["resumed"] if done.returncode == 0 else 0
        self.tried("going on after a signal", resumed > 1 << 17 and self.whole("w.pth"), done.stderr)

    def test_what_is_no_weights(self):
        for path, words in [
            ("/page", "is a web page, not weights"), ("/hidden-page", "is a web page, not weights"), ("/pointer", "git-lfs's pointer"),
            ("/none", "answers 404"), ("/login", "answers 401"), ("/busy", "answers 503"), ("/round", "edirect"),
        ]:
            done = self.pull(path, "--output", self.path("out"))
            right = done.returncode == 1 and words in done.stderr and len(done.stderr.splitlines()) == 1
            self.tried("what is no weights", right and not os.path.exists(self.path("out")), f"{path} {done.returncode} {done.stderr}")
        done = self.pull("/w.pth", "--sha256", "00ff", "--output", self.path("out"))
        right = done.returncode == 1 and "SHA-256" in done.stderr and not self.leftovers()
        self.tried("a wrong checksum", right and not os.path.exists(self.path("out")), done.stderr)
        for address, words in [
            ("http://127.0.0.1:9/w.pth", "cannot be fetched (Failed to connect"), ("ftp://127.0.0.1/w", "begins with ftp://"),
            ("clip-vit-b-61", "did you mean clip-vit-b-16?"), ("file:///none/w.pth", "cannot be fetched (/none/w.pth"),
            (self.server.address(""), "name one with --output"),
        ]:
            done = self.mvp("weights", "pull", address, no_proxy="127.0.0.1")
            self.tried("no such place", done.returncode == 1 and words in done.stderr, f"{address} {done.stderr}")
        done = self.pull("/w.pth", PATH="/none")
        self.tried("no curl", done.returncode == 1 and "install it" in done.stderr, done.stderr)

    def test_devices_links_and_the_list(self):
        done = self.pull("/w.pth", "--output", "/dev/full")
        self.tried("a full device", done.returncode == 1 and "No space left" in done.stderr, done.stderr)
        self.tried("a device", self.pull("/w.pth", "--output", "/dev/null").returncode == 0)
        self.assertTrue(stat.S_ISCHR(os.lstat("/dev/null").st_mode))
        os.symlink("end.pth", self.path("link.pth"))
        done = self.pull("/w.pth", "--output", self.path("link.pth"))
        self.tried("a link", os.path.islink(self.path("link.pth")) and self.whole("end.pth"), done.stderr)
        os.mkfifo(self.path("pipe"))
        reader = subprocess.Popen(["sha256sum", self.path("pipe")], stdout=subprocess.PIPE, text=True)
        self.processes.append(reader)
        done = self.pull("/w.pth", "--output", self.path("pipe"))
        self.tried("a pipe", done.returncode == 0 and reader.communicate(timeout=20)[0].startswith(SHA256), done.stderr)
        listed = [json.loads(line) for line in self.mvp("weights", "pull", "--list", "--json").stdout.splitlines()]
        self.assertGreater(len(listed), 12)
        for entry in listed:
            self.assertRegex(entry["address"], r"^https://[A-Za-z0-9./_-]+[.]pth?$")
            self.assertTrue(entry["licence"])
            self.assertIn(entry.get("sha256", ""), entry["address"])
        self.assertIn("clip-vit-b-16", self.mvp("weights", "pull", "--list").stdout)

    @needs_mounts
    def test_a_full_disk(self):
        disk = self.path("disk")
        os.makedirs(disk)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", disk], capture_output=True)
        done = self.pull("/w.pth", "--output", os.path.join(disk, "w.pth"))
        right = done.returncode == 1 and "make room" in done.stderr and len(done.stderr.splitlines()) == 1
        self.tried("a disk that is too small", right, done.stderr)

    def test_a_limit_on_files(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

        from faults import MVP
        done = subprocess.run(
            [MVP, "weights", "pull", self.server.address("/w.pth")], cwd=self.folder, env=self.environment(no_proxy="127.0.0.1"),
            capture_output=True, text=True, preexec_fn=limit, timeout=60)
        right = done.returncode == 1 and "the same command goes on" in done.stderr
        self.tried("a file that may not grow", right and os.path.getsize(self.path("w.pth.part")) == 1 << 20, done.stderr)
        done = self.pull("/w.pth", "--sha256", SHA256)
        self.tried("a file that may grow again", done.returncode == 0 and self.whole("w.pth"), done.stderr)
