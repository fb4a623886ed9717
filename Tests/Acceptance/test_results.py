"""Results as other programs read them: TensorBoard's own package, where it is installed, finds what the run store has."""

import glob
import json
import os
import sys
import unittest

from support import WorkbenchTest
from terminal import SESSION, mvp

try:
    # It does without TensorFlow.
    sys.modules.setdefault("tensorflow", None)
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError:
    EventAccumulator = None


class Results(WorkbenchTest):
    @unittest.skipIf(EventAccumulator is None, "needs the package tensorboard")
    def test_tensorboard_reads_every_number(self):
        done = mvp("run", SESSION, "--headless", "--steps", "5", "--sessions", self.sessions)
        self.assertEqual(done.returncode, 0, done.stderr)
        board = os.path.join(self.folder, "board")
        session = os.path.splitext(os.path.basename(SESSION))[0]
        done = mvp("export", session, "--to", "tensorboard", "--output", board, "--sessions", self.sessions)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(glob.glob(os.path.join(board, "events.out.tfevents.*"))), 1)
        events = EventAccumulator(board, size_guidance={"scalars": 0, "tensors": 0})
        events.Reload()
        rows = mvp("query", "SELECT * FROM metrics ORDER BY step", "--json", "--sessions", self.sessions).stdout
        rows = [json.loads(line) for line in rows.splitlines()]
        self.assertEqual(len(rows), 5)
        for key in ("loss", "lr", "grad_norm", "images_per_second", "skill"):
            told = [(event.step, event.value) for event in events.Scalars("train/" + key)]
            kept = [(row["step"], row[key]) for row in rows if row.get(key) is not None]
            self.assertEqual([step for step, _ in told], [step for step, _ in kept], key)
            for (_, one), (_, other) in zip(told, kept):
                self.assertAlmostEqual(one, other, delta=abs(other) * 1e-6)
        self.assertIn("event/started", events.Tags()["tensors"])


if __name__ == "__main__":
    unittest.main()
