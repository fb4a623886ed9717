"""A program on a pseudo terminal whose other end is pyte, a terminal emulator."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

import pyte

import kitty

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MVP = os.environ.get("MVP", os.path.join(ROOT, ".build", "release", "mvp"))
BACKGROUND_QUESTION = b"\x1b]11;?\x1b\\"
SESSION = os.path.join(os.path.dirname(os.path.abspath(__file__)), "small.yaml")


def kill_session(leader):
    """Ends every process of a terminal's session: a run outlives its terminal, which is what it is made for."""
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            if os.getsid(int(entry)) == leader:
                os.kill(int(entry), signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


# Sessions that were begun, so that tests that are stopped by a signal leave no run behind.
LEADERS = set()


def stop(*_):
    for leader in LEADERS:
        kill_session(leader)
    os._exit(128 + signal.SIGTERM)


signal.signal(signal.SIGTERM, stop)


class Screen(pyte.Screen):
    """pyte lacks `rep` (repeat the last character) and `indn`, `rin` (scroll by lines), which ncurses sends to terminals of the type
    xterm."""

    last = " "

    def draw(self, data):
        super().draw(data)
        if data:
            self.last = data[-1]

    def repeat_last(self, count=1):
        super().draw(self.last * (count or 1))

    def scroll_up(self, count=1):
        self.at_the_top(self.delete_lines, count)

    def scroll_down(self, count=1):
        self.at_the_top(self.insert_lines, count)

    def at_the_top(self, change, count):
        """Of the scrolling region; the cursor stays where it is."""
        x, y = self.cursor.x, self.cursor.y
        self.cursor.y = self.margins.top if self.margins else 0
        change(count or 1)
        self.cursor.x, self.cursor.y = x, y

    def set_margins(self, top=None, bottom=None, private=False):
        """CSI ? Pm r restores private modes (XTRESTORE); pyte takes it for a scrolling region."""
        if not private:
            super().set_margins(top, bottom)


class Stream(pyte.ByteStream):
    csi = dict(pyte.ByteStream.csi, b="repeat_last", S="scroll_up", T="scroll_down")
    events = pyte.ByteStream.events | {"repeat_last", "scroll_up", "scroll_down"}


class Program:
    """`arguments` on a pseudo terminal of this size; everything it sends is kept in `sent` and parsed into `screen` and `pictures`.
    `answer` is what the terminal says to the question whether it shows pictures, `background` to the one for its background's colour."""

    def __init__(
            self, arguments, columns=80, rows=24, term="xterm-256color", locale="C.UTF-8", env=None, home=None,
            answer=b"", background=b""):
        self.screen = Screen(columns, rows)
        self.stream = Stream(self.screen)
        self.pictures = kitty.Pictures()
        self.answer = answer
        self.background = background
        self.sent = b""
        self.status = None
        # What one program remembers of its screen must not meet the next.
        self.home = tempfile.TemporaryDirectory()
        environment = {
            "PATH": os.environ["PATH"], "HOME": home or self.home.name, "TERM": term, "LC_ALL": locale,
            "LANG": locale, "OPENBLAS_NUM_THREADS": "1",
            # A crash takes its course at once: no backtrace that waits for a key.
            "SWIFT_BACKTRACE": "enable=no", **(env or {}),
        }
        for name in ("OPENBLAS_CORETYPE", "LD_LIBRARY_PATH"):
            if name in os.environ:
                environment.setdefault(name, os.environ[name])
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            try:
                os.chdir(ROOT)
                os.execvpe(arguments[0], arguments, environment)
            finally:
                os._exit(127)
        LEADERS.add(self.pid)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def pump(self, seconds=0.05):
        """Takes what the program sends within this time; the bytes."""
        end = time.monotonic() + seconds
        taken = b""
        while True:
            left = end - time.monotonic()
            ready = select.select([self.fd], [], [], max(0, left))[0] if self.fd is not None else []
            if not ready:
                return taken
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            if not data:
                os.close(self.fd)
                self.fd = None
                return taken
            taken += data
            self.sent += data
            self.stream.feed(self.pictures.filter(data))
            if self.answer and kitty.QUESTION in self.pictures.commands:
                os.write(self.fd, self.answer)
                self.answer = b""
            if self.background and BACKGROUND_QUESTION in self.sent:
                os.write(self.fd, self.background)
                self.background = b""

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        return "\n".join(self.lines())

    def wait(self, condition, seconds=30, what="the condition"):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds} s for {what} in vain; the screen shows:\n{self.text()}")
            if self.fd is None:
                if condition():
                    return
                raise AssertionError(f"the program ended before {what}; the screen shows:\n{self.text()}")
            self.pump(0.02)

    def wait_text(self, text, seconds=30):
        self.wait(lambda: text in self.text(), seconds, f"the text {text!r}")

    def wait_gone(self, text, seconds=30):
        self.wait(lambda: text not in self.text(), seconds, f"the text {text!r} to go")

    def wait_step(self, step, seconds=60):
        def reached():
            match = re.search(r"step +(\d+)/", self.text())
            return match is not None and int(match.group(1)) >= step

        self.wait(reached, seconds, f"step {step}")

    def wait_unseen(self, text, seconds=240):
        """Waits without the emulator, which would take the cores' time from the program, as long as anything comes."""
        end = time.monotonic() + seconds
        taken = b""
        while text not in self.text():
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds} s for {text!r} in vain")
            if select.select([self.fd], [], [], 1)[0]:
                taken += os.read(self.fd, 65536)
            else:
                self.stream.feed(taken)
                taken = b""

    def type(self, keys):
        os.write(self.fd, keys.encode() if isinstance(keys, str) else keys)

    def show(self, view):
        """Goes to a view by the command palette: its number may change."""
        self.type(":")
        self.wait_text("enter do it")
        self.type(f"show the {view}\r")
        self.wait_gone("enter do it")

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number):
        os.kill(self.pid, number)

    def is_alive(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
        return self.status is None

    def wait_exit(self, seconds=30):
        """The exit status; negative for a signal."""
        end = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > end:
                raise AssertionError(f"the program did not end in {seconds} s; the screen shows:\n{self.text()}")
            if self.fd is not None:
                self.pump(0.02)
            else:
                time.sleep(0.02)
        if self.fd is not None:
            self.pump(0.1)
        return -os.WTERMSIG(self.status) if os.WIFSIGNALED(self.status) else os.WEXITSTATUS(self.status)

    def hang_up(self):
        """The other end goes away."""
        os.close(self.fd)
        self.fd = None

    def close(self):
        kill_session(self.pid)
        try:
            if self.is_alive():
                os.waitpid(self.pid, 0)
        except ChildProcessError:
            pass
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def run_workbench(sessions, *more, session=SESSION, **keywords):
    return Program([MVP, "run", session, "--sessions", sessions, *more], **keywords)


def mvp(*arguments, **keywords):
    """Runs the program without a terminal."""
    return subprocess.run(
        [MVP, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=120, **keywords)


if not os.access(MVP, os.X_OK):
    sys.exit(f"{MVP} is not there: swift build -c release --product mvp, or set MVP to the program's path")
