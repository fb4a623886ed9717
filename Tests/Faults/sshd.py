"""An SSH server of this user on loopback, with keys and a configuration of its own."""

import getpass
import os
import shutil
import socket
import subprocess
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

    def client(self, command):
        """The words of a client that runs `command` on a terminal of its own."""
        return [
            "ssh", "-tt", "-F", "none", "-i", self.path("key"), "-p", str(self.port), "-o", "StrictHostKeyChecking=no",
            "-o", f"UserKnownHostsFile={self.path('known')}", "-o", "LogLevel=ERROR", "-o", "IdentityAgent=none",
            f"{getpass.getuser()}@127.0.0.1", command,
        ]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
