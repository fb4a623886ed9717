"""An SSH server of this user on loopback, with keys and a configuration of its own."""

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import threading
import time

PROGRAM = shutil.which("sshd") or ("/usr/sbin/sshd" if os.access("/usr/sbin/sshd", os.X_OK) else None)


def missing():
    """What this machine lacks for it, or None."""
    for name, found in (("sshd (openssh-server)", PROGRAM), ("ssh (openssh-client)", shutil.which("ssh")),
                        ("ssh-keygen (openssh-client)", shutil.which("ssh-keygen"))):
        if not found:
            return f"{name} is not installed"
    return None


class Server:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, mode=0o700)
        for name in ("host", "key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.path(name)], check=True)
        shutil.copyfile(self.path("key.pub"), self.path("authorized"))
        if os.getuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with open(self.path("config"), "w") as file:
            file.write(
                f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {self.path('host')}\n"
                f"AuthorizedKeysFile {self.path('authorized')}\nPidFile none\nStrictModes no\nUsePAM no\n"
                "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\nPrintMotd no\n")
        self.log = open(self.path("log"), "wb")
        self.process = subprocess.Popen(
            [PROGRAM, "-D", "-e", "-f", self.path("config")], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.await_answer()

    def path(self, name):
        return os.path.join(self.folder, name)

    def await_answer(self, seconds=10):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        with open(self.path("log")) as file:
            raise AssertionError("sshd does not answer: " + file.read())

    def words(self, port=None):
        """The words of a client, without a destination."""
        return [
            "ssh", "-F", "none", "-i", self.path("key"), "-p", str(port or self.port), "-o", "StrictHostKeyChecking=no",
            "-o", f"UserKnownHostsFile={self.path('known')}", "-o", "LogLevel=ERROR", "-o", "IdentityAgent=none",
        ]

    def command(self, port=None):
        """The same for a shell."""
        return shlex.join(self.words(port))

    def client(self, command):
        """The words of a client that runs `command` on a terminal of its own."""
        return self.words() + ["-tt", f"{getpass.getuser()}@127.0.0.1", command]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


class SlowLink:
    """A link to a port on loopback that delivers what it is given `delay` seconds later, and nothing while it is
    `down`. Nothing is lost, as by TCP over a line that loses packets."""

    def __init__(self, port, delay=0.0):
        self.port, self.delay = port, delay
        self.down = threading.Event()
        self.bytes = 0
        self.sockets = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.here = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                return
            self.sockets += [near, far]
            for source, sink in ((near, far), (far, near)):
                parts, ready = [], threading.Condition()
                threading.Thread(target=self.take, args=(source, parts, ready), daemon=True).start()
                threading.Thread(target=self.give, args=(sink, parts, ready), daemon=True).start()

    def take(self, source, parts, ready):
        data = b"?"
        while data:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            with ready:
                parts.append((time.monotonic() + self.delay, data))
                ready.notify()

    def give(self, sink, parts, ready):
        while True:
            with ready:
                while not parts:
                    ready.wait()
                due, data = parts.pop(0)
            while time.monotonic() < due or self.down.is_set():
                time.sleep(0.002)
            self.bytes += len(data)
            try:
                if not data:
                    return sink.shutdown(socket.SHUT_WR)
                sink.sendall(data)
            except OSError:
                return

    def cut(self):
        """Breaks every connection."""
        for end in self.sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
        self.sockets = []

    def close(self):
        self.cut()
        self.listener.close()
