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

    def test_killed_fine_tunings_resume_bit_for_bit(self):
        self.resumes_bit_for_bit("fine-tuning", """
task: finetune
threads: 1
finetune: {from: parent}
data: {kind: scenes, range: [200000, 200064]}
optimizer: {learning_rate: 1.0e-3, warmup_steps: 4}
schedule: {steps: 40, batch_size: 4, checkpoint_every: 20}
evals: {data: {test_range: [206000, 206024]}}
""")

    def test_killed_segmentations_resume_bit_for_bit(self):
        self.resumes_bit_for_bit("segmenting", """
task: segment
threads: 1
segment: {from: parent, frozen: false}
data: {kind: scenes, range: [200000, 200064]}
optimizer: {learning_rate: 1.0e-3, warmup_steps: 4}
schedule: {steps: 40, batch_size: 4, checkpoint_every: 20, eval_every: 0}
evals: {data: {test_range: [206000, 206024]}}
""")

    def test_killed_methods_resume_bit_for_bit(self):
        with open(SMALL) as file:
            text = file.read().replace("steps: 100000", "steps: 40").replace("checkpoint_every: 0", "checkpoint_every: 20")
        methods = [method["name"] for method in self.lines(self.mvp("methods", "--json").stdout)[0]["methods"]]
        self.assertGreaterEqual(set(methods), {"mae", "beit", "cae", "self", "dino"})
        with open("/proc/cpuinfo") as file:
            dtypes = ["fp32", "bf16"] if "avx512_bf16" in file.read() else ["fp32"]
        for method in methods:
            for dtype in dtypes:
                own = f"objective: {{method: {method}}}\nengine: {{dtype: {dtype}}}\n"
                self.cut_and_resumed(f"{method}-{dtype}", f"pre-training by {method}", text + own)

    def resumes_bit_for_bit(self, activity, text):
        """The same of a task that begins with a run called parent."""
        with open(SMALL) as file:
            parent = self.session("parent", file.read().replace("steps: 100000", "steps: 20"))
        self.assertEqual(self.mvp("run", parent, "--headless").returncode, 0)
        self.cut_and_resumed("tuned", activity, text)

    def cut_and_resumed(self, name, activity, text):
        """40 steps are 20, kill -9, and 20 more."""
        whole = self.losses(self.mvp("run", self.session(name, text), "--headless", "--json").stdout)
        self.assertEqual(len(whole), 40)
        cut = self.session(f"{name}-cut", text)
        process = self.begin("run", cut, "--headless", "--json")
        seen = {}
        for line in process.stdout:
            seen.update(self.losses(line))
            if process.poll() is None and '"event":"checkpoint"' in line:
                process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertNotEqual(process.returncode, 0)
        resumed = self.mvp("run", cut, "--headless", "--json", "--resume")
        seen.update(self.losses(resumed.stdout))
        self.tried(f"kill -9 while {activity}", seen == whole, resumed.stderr)
