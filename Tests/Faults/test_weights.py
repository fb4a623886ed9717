"""Weights are read with what lies beside them, what had to be assumed is said, and of several towers the one that is meant is taken."""

import json
import os

from faults import FaultTest
from small_files import read_floats, vit_tensors, write_pictures, write_safetensors


class Weights(FaultTest):
    def setUp(self):
        super().setUp()
        self.pictures = write_pictures(os.path.join(self.folder, "pictures"))
        self.labelled = write_pictures(os.path.join(self.folder, "labelled"), ["a", "b"], 10)

    def weights(self, folder, tensors, configuration=None):
        place = os.path.join(self.folder, folder)
        os.makedirs(place, exist_ok=True)
        path = os.path.join(place, "model.safetensors")
        write_safetensors(path, tensors)
        if configuration is not None:
            with open(os.path.join(place, "config.json"), "w") as file:
                json.dump(configuration, file)
        return path

    def features(self, weights, *more):
        """The features and the JSON object of `mvp features`."""
        output = os.path.join(self.folder, "features.safetensors")
        done = self.mvp("features", "--weights", weights, "--images", self.pictures, "--output", output, "--json", *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return read_floats(output, "features"), json.loads(done.stdout), done.stderr

    def test_a_file_is_read_with_the_configuration_beside_it(self):
        tensors = vit_tensors()
        found = {}
        for heads in (1, 2, 4, 8):
            configuration = {"architecture": "vit_small_patch8_mine", "model_args": {"num_heads": heads},
                             "pretrained_cfg": {"mean": [0.4] * 3, "std": [0.2] * 3}}
            path = self.weights(f"heads{heads}", tensors, configuration)
            of_file, said, _ = self.features(path)
            of_folder, _, _ = self.features(os.path.dirname(path))
            found[heads] = of_file
            self.tried("configuration beside a bare file", of_file == of_folder and f"{heads} heads" in said["model"], said)
            self.tried("nothing assumed where the configuration says all", said["notes"] == [], said)
        self.assertEqual(len({tuple(values) for values in found.values()}), 4)

    def test_what_is_assumed_is_said(self):
        path = self.weights("alone", vit_tensors())
        _, said, errors = self.features(path)
        self.tried("assumption said by features", "1 heads" in errors and any("assumed" in note for note in said["notes"]), errors)
        judged = self.mvp("eval", "--weights", path, "--data", self.labelled, "--kind", "knn", "--json", "--k", "2")
        notes = self.lines_of_objects(judged.stdout)[0]["notes"]
        self.tried("assumption said by eval", "assumed" in judged.stderr and any("assumed" in note for note in notes), judged.stderr)
        run = self.mvp("run", self.session(), "--headless", "--json", "--steps", "1", "--set", f"guidance.dino={path}")
        messages = [line["text"] for line in self.lines(run.stdout) if line["event"] == "message"]
        self.tried("assumption said by a run", any(text.startswith("guidance.dino:") and "assumed" in text for text in messages), messages)

    def lines_of_objects(self, text):
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def test_a_configuration_of_another_model_is_refused(self):
        for configuration in ({"model_type": "clip_vision_model", "hidden_size": 64, "num_attention_heads": 1},
                              {"model_type": "dinov2", "hidden_size": 64, "num_attention_heads": 1},
                              {"model_type": "resnet"}, {"model_type": "vit", "hidden_size": 128},
                              {"model_type": "vit", "hidden_size": 64, "num_attention_heads": 5}):
            path = self.weights("conflict", vit_tensors(), configuration)
            for weights in (path, os.path.dirname(path)):
                done = self.mvp("features", "--weights", weights, "--images", self.pictures, "--output", self.folder + "/x")
                self.tried("configuration of another model", done.returncode == 1 and len(done.stderr.splitlines()) == 1,
                           done.stderr)

    def test_the_tower_that_is_meant_is_taken(self):
        for number, (student, teacher) in enumerate([
                ("student_backbone.", "teacher_backbone."), ("student.module.backbone.", "teacher.backbone."),
                ("", "model_ema."), ("model.", "model_ema."), ("encoder.", "momentum_encoder."),
                ("encoder.", "target_encoder.")]):
            both = self.weights(f"both{number}", {**vit_tensors(student, 1), **vit_tensors(teacher, 2)})
            alone = {name: self.features(self.weights(f"{name}{number}", vit_tensors(seed=seed)))[0]
                     for name, seed in (("student", 1), ("teacher", 2))}
            taken, said, errors = self.features(both)
            names = [prefix[:-1] or "unprefixed" for prefix in (student, teacher)]
            self.tried("teacher or average of several towers", taken == alone["teacher"], said)
            self.tried("choice of a tower named", all(name in errors for name in names) and "--tower" in errors, errors)
            for name, kind in zip(names, ("student", "teacher")):
                asked, said, _ = self.features(both, "--tower", name)
                self.tried("--tower", asked == alone[kind] and f"tower {name}" in said["model"], said)
            done = self.mvp("features", "--weights", both, "--images", self.pictures, "--output", self.folder + "/x", "--tower", "mean")
            self.tried("unknown tower", done.returncode == 1 and all(name in done.stderr for name in names), done.stderr)
        for asked, name in (("encoder", "encoder"), ("target", "target_encoder")):
            judged = self.mvp("eval", "--weights", both, "--data", self.labelled, "--kind", "knn", "--k", "2", "--json", "--tower", asked)
            self.tried("--tower of eval", f"tower {name}" in judged.stdout, judged.stderr)

    def test_a_session_names_the_tower_of_a_teacher(self):
        both = self.weights("both", {**vit_tensors("student_backbone.", 1), **vit_tensors("teacher_backbone.", 2)})
        for tower, wanted in (("auto", "teacher_backbone"), ("student", "student_backbone")):
            run = self.mvp("run", self.session(), "--headless", "--json", "--steps", "1", "--set", f"guidance.dino.weights={both}",
                           "--set", f"guidance.dino.tower={tower}")
            started = self.lines(run.stdout)[0]
            self.tried("tower of a session", f"tower {wanted}" in json.dumps(started["guidances"]), run.stderr)

    def test_what_is_no_weights_is_told_by_its_first_bytes(self):
        pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 346297\n"
        contents = [(pointer.encode(), "git-lfs"), (b"\n<!doctype html><html>", "web page"), (b'{"weight_map": {}, "a": 1}', "JSON"),
                    (b"\x1f\x8b\x08\x00", "gunzip"), (b"\x80\x04.", "pickle"), (b"\x93NUMPY\x01", "numpy"), (b"", "0 bytes"),
                    (b"PK\x03\x04" + bytes(40), "zip"), (bytes(range(256)) * 8, "safetensors"),
                    (b"Notes of mine\nand more", 'a text that begins "Notes of mine"'), (b"\xff\xfeN\0o\0", "UTF-16"),
                    (b"%PDF-1.7\n%\xe2\xe3", "PDF"), (bytes(4096), "begins with the bytes 00 00"),
                    (b"\x08\x07\x12\x0cbackend-test", "ONNX")]
        for content, word in contents:
            for name in ("weights.pth", "model.safetensors"):
                path = os.path.join(self.folder, name)
                with open(path, "wb") as file:
                    file.write(content)
                for words in (("weights", path), ("weights", "verify", path),
                              ("features", "--weights", path, "--images", self.pictures, "--output", self.folder + "/x"),
                              ("export", path, "--to", "timm", "--output", self.folder + "/out")):
                    done = self.mvp(*words)
                    self.tried("told by first bytes", done.returncode == 1 and word in done.stderr and len(done.stderr.splitlines()) == 1,
                               (words, done.stderr))

    def test_features_read_what_weights_recognises(self):
        both = self.weights("towers", {**vit_tensors("student_backbone.", 1), **vit_tensors("teacher_backbone.", 2)})
        for more in ((), ("--tower", "student")):
            done = self.mvp("weights", both, "--json", *more)
            told = json.loads(done.stdout)
            _, said, _ = self.features(both, *more)
            self.tried("weights and features agree", told["model"] == said["model"] and f"tower {told['chosen']}" in said["model"], told)

    def test_a_students_weights_that_do_not_fit_begin_no_run(self):
        path = self.weights("student", vit_tensors())
        run = self.mvp("run", self.session(), "--headless", "--json", "--steps", "1", "--set", f"student.weights={path}")
        self.tried("sizes that do not fit", run.returncode != 0 and "makes it fit" in run.stdout + run.stderr, run.stderr)
        run = self.mvp("run", self.session(), "--headless", "--json", "--steps", "1", "--set", "student.weights=run:no-such/run")
        self.tried("no such run", run.returncode != 0 and "student.weights" in run.stdout + run.stderr, run.stderr)
