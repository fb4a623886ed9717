"""kill -9 at a random moment loses nothing but the steps since the last checkpoint, and the losses go on as they were."""

import random
import signal

from faults import SMALL, FaultTest


class Kill(FaultTest):
    def test_killed_runs_resume_bit_for_bit(self):
        with open(SMALL) as file:
            text = file.read().replace("steps: 100000", "steps: 400").replace("checkpoint_every: 0", "checkpoint_every: 25")
        whole = self.losses(self.mvp("run", self.session("whole", text), "--headless", "--json").stdout)
        self.assertEqual(len(whole), 400)
        draws = random.Random(7)
        for index in self.rounds(3, 60):
            cut = self.session(f"kill{index}", text)
            process = self.begin("run", cut, "--headless", "--json")
            seen = {}
            until = draws.randint(26, 390)
            for line in process.stdout:
                seen.update(self.losses(line))
                if process.poll() is None and seen and max(seen) >= until:
                    process.send_signal(signal.SIGKILL)
            process.wait()
            resumed = self.mvp("run", cut, "--headless", "--json", "--resume")
            seen.update(self.losses(resumed.stdout))
            self.tried("kill -9 while training", seen == whole, resumed.stderr)
