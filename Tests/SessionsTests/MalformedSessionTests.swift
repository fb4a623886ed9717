import Foundation
import Sessions
import Testing

/// A session that must be refused, and the sentence that says so.
struct Malformed: CustomTestStringConvertible, Sendable {
  var yaml: String
  var overrides: [String] = []
  var kind: SessionError.Kind
  var keyPath = ""
  var sentence: String

  var testDescription: String { overrides.isEmpty ? yaml : overrides.joined(separator: " ") }

  static let all: [Malformed] = [
    // Not a session at all.
    Malformed(
      yaml: "data: [1, 2", kind: .unreadable,
      sentence: "x.yaml:2: not valid YAML: while parsing a flow sequence did not find expected ',' or ']' at "
        + "column 1; check indentation, colons and quotes there."),
    Malformed(
      yaml: "student:\n  width: 192\n width: 3\n", kind: .unreadable,
      sentence: "x.yaml:3: not valid YAML: while parsing a block mapping did not find expected key at column 2; "
        + "check indentation, colons and quotes there."),
    Malformed(
      yaml: "seed: 1\nseed: 2\n", kind: .unreadable,
      sentence: "x.yaml:1: \"seed\" is given more than once in this section; keep one of them."),
    Malformed(
      yaml: "- a\n- b\n", kind: .badValue,
      sentence:
        "x.yaml:1: the session is [a, b]; it must be a section with the keys about, task, seed, threads, engine, "
        + "data, student, guidance, objective, mask, optimizer, schedule, teach, finetune, segment, evals, preview, health, ablation."
    ),
    Malformed(
      yaml: "just words", kind: .badValue,
      sentence: "x.yaml:1: the session is just words; it must be a section with the keys about, task, seed, threads, "
        + "engine, data, student, guidance, objective, mask, optimizer, schedule, teach, finetune, segment, evals, preview, health, ablation."
    ),
    // Keys that are not there.
    Malformed(
      yaml: "seed: 1\nstudnet:\n  width: 192\n", kind: .unknownKey, keyPath: "studnet",
      sentence: "x.yaml:2: a session has no key \"studnet\"; did you mean student?"),
    Malformed(
      yaml: "schedule:\n  batchSize: 64\n", kind: .unknownKey, keyPath: "schedule.batchSize",
      sentence: "x.yaml:2: schedule has no key \"batchSize\"; did you mean batch_size?"),
    Malformed(
      yaml: "width: 192\n", kind: .unknownKey, keyPath: "width",
      sentence: "x.yaml:1: a session has no key \"width\"; did you mean student.width?"),
    Malformed(
      yaml: "mask:\n  zebra: 1\n", kind: .unknownKey, keyPath: "mask.zebra",
      sentence: "x.yaml:2: mask has no key \"zebra\"; it has the keys kind, masked, minimum, minimum_aspect."),
    Malformed(
      yaml: "guidance:\n  strat: clip\n", kind: .unknownKey, keyPath: "guidance.strat",
      sentence: "x.yaml:2: guidance has no key \"strat\"; did you mean start?"),
    Malformed(
      yaml: "guidance:\n  clip:\n    wieghts: x\n", kind: .unknownKey, keyPath: "guidance.clip.wieghts",
      sentence: "x.yaml:3: guidance.clip has no key \"wieghts\"; did you mean weights?"),
    // Values of the wrong kind or size.
    Malformed(
      yaml: "student:\n  depth: twelve\n", kind: .badValue, keyPath: "student.depth",
      sentence: "x.yaml:2: student.depth is twelve; it must be a whole number from 1 to 256."),
    Malformed(
      yaml: "student:\n  depth: 12.5\n", kind: .badValue, keyPath: "student.depth",
      sentence: "x.yaml:2: student.depth is 12.5; it must be a whole number from 1 to 256."),
    Malformed(
      yaml: "student:\n  width:\n", kind: .badValue, keyPath: "student.width",
      sentence: "x.yaml:2: student.width is empty; it must be a whole number from 1 to 16384."),
    Malformed(
      yaml: "student: large\n", kind: .badValue, keyPath: "student",
      sentence: "x.yaml:1: student is large; it must be a section with the keys image_size, patch_size, width, "
        + "depth, heads, mlp_ratio, layer_scale, drop_path, positions, relative_position_bias, qkv_bias, "
        + "initial_values, weights, tower, quick_gelu, pre_norm, norm_eps, rotary, gated_mlp, mlp_norm, attention_norm."
    ),
    Malformed(
      yaml: "student:\n  positions: rotary\n", kind: .badValue, keyPath: "student.positions",
      sentence: "x.yaml:2: student.positions is rotary; it must be learned, sincos, sincos_rows or none."),
    Malformed(
      yaml: "student:\n  relative_position_bias: maybe\n", kind: .badValue, keyPath: "student.relative_position_bias",
      sentence: "x.yaml:2: student.relative_position_bias is maybe; it must be true or false (on or off)."),
    Malformed(
      yaml: "student:\n  drop_path: 1\n", kind: .badValue, keyPath: "student.drop_path",
      sentence: "x.yaml:2: student.drop_path is 1; it must be a number from 0 to below 1."),
    Malformed(
      yaml: "student:\n  layer_scale: big\n", kind: .badValue, keyPath: "student.layer_scale",
      sentence: "x.yaml:2: student.layer_scale is big; it must be a number above 0, at most 1000, or none."),
    Malformed(
      yaml: "schedule:\n  batch_size: 0\n", kind: .badValue, keyPath: "schedule.batch_size",
      sentence: "x.yaml:2: schedule.batch_size is 0; it must be a whole number from 1 to 1048576."),
    Malformed(
      yaml: "optimizer:\n  learning_rate: nan\n", kind: .badValue, keyPath: "optimizer.learning_rate",
      sentence: "x.yaml:2: optimizer.learning_rate is nan; it must be a number above 0, at most 10."),
    Malformed(
      yaml: "optimizer:\n  betas: [0.9]\n", kind: .badValue, keyPath: "optimizer.betas",
      sentence: "x.yaml:2: optimizer.betas is [0.9]; it must be [first, second], each a number from 0 to below 1."),
    Malformed(
      yaml: "data:\n  range: [10, 5]\n", kind: .badValue, keyPath: "data.range",
      sentence: "x.yaml:2: data.range is [10, 5]; it must be [first, end], two ascending whole numbers from 0 to "
        + "100000000, end not included."),
    Malformed(
      yaml: "data:\n  augmentation:\n    scale: [0.2, 1.5]\n", kind: .badValue, keyPath: "data.augmentation.scale",
      sentence: "x.yaml:3: data.augmentation.scale is [0.2, 1.5]; it must be [smallest, largest], two ascending "
        + "numbers, each a number from 0.001 to 1."),
    Malformed(
      yaml: "mask:\n  masked: 0\n", kind: .badValue, keyPath: "mask.masked",
      sentence: "x.yaml:2: mask.masked is 0; it must be a number of patches (75), or a share of them below 1 "
        + "(0.4 or 40%)."),
    Malformed(
      yaml: "seed: -1\n", kind: .badValue, keyPath: "seed",
      sentence: "x.yaml:1: seed is -1; it must be a whole number of at least 0."),
    Malformed(
      yaml: "evals:\n  at_end: [knn, knn]\n", kind: .badValue, keyPath: "evals.at_end",
      sentence: "x.yaml:2: evals.at_end is [knn, knn]; it must be a list out of knn, linear, plain, each at most once."),
    Malformed(
      yaml: "guidance:\n  mine: shipped\n", kind: .badValue, keyPath: "guidance.mine.weights",
      sentence: "x.yaml:2: guidance.mine.weights asks for a shipped teacher named \"mine\"; give shipped:clip, "
        + "shipped:dino, shipped:dvae, shipped:vqkd, shipped:peco or a path to weights."),
    Malformed(
      yaml: "student:\n  image_size: [128, 64, 3]\n", kind: .badValue, keyPath: "student.image_size",
      sentence: "x.yaml:2: student.image_size is [128, 64, 3]; it must be a whole number from 8 to 4096, or [height, "
        + "width], two of them."),
    Malformed(
      yaml: "data:\n  image_size: [128, 4]\n", kind: .badValue, keyPath: "data.image_size",
      sentence: "x.yaml:2: data.image_size is [128, 4]; it must be a whole number from 8 to 4096, or [height, width], "
        + "two of them."),
    Malformed(
      yaml: "engine:\n  device: gpu\n", kind: .badValue, keyPath: "engine.device",
      sentence: "x.yaml:2: engine.device is gpu; it must be cpu, torch-cpu, cuda, or cuda:N for the GPU of number N; "
        + "did you mean cuda?"),
    Malformed(
      yaml: "engine:\n  device: [cuda, cuda]\n", kind: .badValue, keyPath: "engine.device",
      sentence: "x.yaml:2: engine.device is [cuda, cuda]; it must be cpu, torch-cpu, cuda, or cuda:N for the GPU of "
        + "number N."),
    Malformed(
      yaml: "data:\n  channels: 0\n", kind: .badValue, keyPath: "data.channels",
      sentence: "x.yaml:2: data.channels is 0; it must be a whole number from 1 to 256."),
    Malformed(
      yaml: "data:\n  mean: 0.5\n", kind: .badValue, keyPath: "data.mean",
      sentence: "x.yaml:2: data.mean is 0.5; it must be [the mean of each channel], each a number from 0 to 1, or auto."
    ),
    Malformed(
      yaml: "guidance:\n  view: [0, 1]\n", kind: .badValue, keyPath: "guidance.view",
      sentence:
        "x.yaml:2: guidance.view is [0, 1]; it must be [the channels that are red, green and blue for a teacher, "
        + "from 0 on], each a whole number from 0 to 255, or auto."),
    // Values that contradict each other.
    Malformed(
      yaml: "engine:\n  device: cuda:1\n  backend: native\n", kind: .contradiction, keyPath: "engine.backend",
      sentence:
        "x.yaml:3: engine.backend is native, a library of engine.device cpu, but engine.device is cuda:1, whose "
        + "products are libtorch's; set engine.backend to auto, or engine.device to cpu."),
    Malformed(
      yaml: "data:\n  channels: 4\n", kind: .contradiction, keyPath: "data.channels",
      sentence:
        "x.yaml:2: data.channels is 4, but data.kind is scenes, which are drawn in colours or, with 1, in grey; "
        + "choose 3 or 1."),
    Malformed(
      yaml: "data:\n  path: x\n  channels: 4\nevals:\n  data:\n    kind: scenes\n", kind: .contradiction,
      keyPath: "evals.data.kind",
      sentence: "x.yaml:6: evals.data.kind is scenes, which are drawn in colours or in grey, but data.channels is 4; "
        + "give evals.data.path, a folder of pictures that have as many."),
    Malformed(
      yaml: "data:\n  path: x\n  channels: 5\n", kind: .contradiction, keyPath: "data.channels",
      sentence:
        "x.yaml:3: guidance.clip is a teacher of red, green and blue, but data.channels is 5; say which channels "
        + "it sees for them, for example guidance.view: [0, 1, 2]."),
    Malformed(
      yaml: "data:\n  path: x\n  channels: 2\nguidance:\n  view: [0, 1, 2]\n", kind: .contradiction,
      keyPath: "guidance.view",
      sentence: "x.yaml:5: guidance.view is [0, 1, 2], but data.channels is 2, whose channels are 0 to 1; choose three "
        + "of these."),
    Malformed(
      yaml: "guidance:\n  view: [0, 1, 2]\n", kind: .contradiction, keyPath: "guidance.view",
      sentence: "x.yaml:2: guidance.view says what teachers see of pictures that have not three channels, but "
        + "data.channels is 3; leave it out."),
    Malformed(
      yaml: "data:\n  channels: 1\nguidance:\n  codes: {weights: \"shipped:dvae\"}\n", kind: .contradiction,
      keyPath: "guidance.codes.weights",
      sentence: "x.yaml:4: guidance.codes is the tokenizer dvae, which is made for red, green and blue, but "
        + "data.channels is 1; take computed:pixels, computed:hog or a teacher."),
    Malformed(
      yaml: "task: teach-dino\ndata:\n  channels: 1\n", kind: .contradiction, keyPath: "data.channels",
      sentence:
        "x.yaml:3: data.channels is 1, but task teach-dino teaches a model of red, green and blue; leave it out."),
    Malformed(
      yaml: "data:\n  mean: [0.5, 0.5]\n  std: [0.5, 0.5]\n", kind: .contradiction, keyPath: "data.mean",
      sentence: "x.yaml:2: data.mean has 2 numbers and data.channels is 3; give one for each channel."),
    Malformed(
      yaml: "data:\n  std: [0.5, 0.5, 0.5]\n", kind: .contradiction, keyPath: "data.std",
      sentence:
        "x.yaml:2: data.mean and data.std go together, but one of them alone is given; give both, or leave both "
        + "out."),
    Malformed(
      yaml: "student:\n  image_size: [128, 60]\n  patch_size: 16\n", kind: .contradiction,
      keyPath: "student.patch_size",
      sentence: "x.yaml:3: student.patch_size is 16, which does not divide student.image_size 128 x 60; choose a "
        + "patch size that does."),
    Malformed(
      yaml: "student:\n  image_size: 64\n  patch_size: 7\n", kind: .contradiction, keyPath: "student.patch_size",
      sentence: "x.yaml:3: student.patch_size is 7, which does not divide student.image_size 64; choose a patch "
        + "size that does."),
    Malformed(
      yaml: "student:\n  heads: 5\n", kind: .contradiction, keyPath: "student.heads",
      sentence: "x.yaml:2: student.heads is 5, which does not divide student.width 768; choose a number of heads "
        + "that does."),
    Malformed(
      yaml: "student: {width: 6, heads: 3, positions: sincos}\n", kind: .contradiction, keyPath: "student.positions",
      sentence: "x.yaml:1: student.positions is sincos, which needs a student.width that 4 divides, not 6; "
        + "change the width or set the positions to learned."),
    Malformed(
      yaml: "engine:\n  teacher_cache: on\n", kind: .contradiction, keyPath: "engine.teacher_cache",
      sentence:
        "x.yaml:2: engine.teacher_cache is on but data.augmentation.crops is fresh, so that no crop comes twice; set "
        + "the crops to a number, or the cache to off."),
    Malformed(
      yaml: "mask:\n  masked: 196\n", kind: .contradiction, keyPath: "mask.masked",
      sentence: "x.yaml:2: mask.masked asks for 196 of 196 patches; it must be below 196, so that something is "
        + "left to see."),
    Malformed(
      yaml: "mask:\n  masked: 10\n  minimum: 11\n", kind: .contradiction, keyPath: "mask.minimum",
      sentence: "x.yaml:3: mask.minimum is 11 patches, more than the 10 that mask.masked asks for; make it at "
        + "most 10."),
    Malformed(
      yaml: "guidance:\n  start: beit\n", kind: .contradiction, keyPath: "guidance.start",
      sentence: "x.yaml:2: guidance.start is beit, which is none of this session's teachers; it must be clip or "
        + "dino, or several at once, each once, as in clip+dino."),
    Malformed(
      yaml: "data:\n  kind: folder\n", kind: .contradiction, keyPath: "data.kind",
      sentence: "x.yaml:2: data.kind is folder but data.path is not given; add the folder that holds the "
        + "pictures."),
    Malformed(
      yaml: "data: {kind: scenes, path: pictures}\n", kind: .contradiction, keyPath: "data.path",
      sentence: "x.yaml:1: data.path is pictures but data.kind is scenes, which are drawn; set data.kind to "
        + "folder to use the path."),
    Malformed(
      yaml: "schedule:\n  steps: 100\n  epochs: 3\n", kind: .contradiction, keyPath: "schedule.epochs",
      sentence: "x.yaml:3: schedule.steps and schedule.epochs are both given; keep one of them."),
    Malformed(
      yaml: "schedule: {steps: 100}\noptimizer: {warmup_steps: 200}\n", kind: .contradiction,
      keyPath: "optimizer.warmup_steps",
      sentence: "x.yaml:2: optimizer.warmup_steps is 200, more than the 100 steps of the run; make it at most "
        + "100."),
    Malformed(
      yaml: "optimizer:\n  min_learning_rate: 1\n", kind: .contradiction, keyPath: "optimizer.min_learning_rate",
      sentence: "x.yaml:2: optimizer.min_learning_rate is 1, above the peak, optimizer.learning_rate 0.0015; "
        + "lower it or raise the peak."),
    Malformed(
      yaml: "evals:\n  data:\n    test_range: [100000, 100500]\n", kind: .contradiction,
      keyPath: "evals.data.test_range",
      sentence: "x.yaml:3: evals.data.test_range [100000, 100500] shares pictures with data.range [100000, "
        + "116000]; move one of them, so that nothing is judged on pictures it was trained on."),
    Malformed(
      yaml: "data:\n  path: x\nevals:\n  at_end: knn\n", kind: .contradiction, keyPath: "evals.at_end",
      sentence: "x.yaml:4: evaluations are asked for but evals.data.kind is none; give evals.data.path, a folder of "
        + "class directories, or evals.data.train_path and evals.data.test_path, two of them."),
    Malformed(
      yaml: "evals:\n  data:\n    path: x\n    test_path: y\n", kind: .contradiction, keyPath: "evals.data.path",
      sentence: "x.yaml:3: evals.data.path and evals.data.train_path or evals.data.test_path are both given; keep the "
        + "one folder or the two."),
    Malformed(
      yaml: "evals:\n  data:\n    train_path: x\n", kind: .contradiction, keyPath: "evals.data.train_path",
      sentence: "x.yaml:3: evals.data.kind is folder but evals.data.test_path is not given; add a folder of "
        + "class directories, or give evals.data.path alone."),
    // Overrides.
    Malformed(
      yaml: "", overrides: ["data.range=[1, 2"], kind: .badValue, keyPath: "data.range",
      sentence: "--set data.range=[1, 2: the value opens a bracket or a quote that is not closed; close it."),
    Malformed(
      yaml: "", overrides: ["student.width=wide"], kind: .badValue, keyPath: "student.width",
      sentence: "--set student.width=wide: student.width is wide; it must be a whole number from 1 to 16384."),
    Malformed(
      yaml: "", overrides: ["studnt.width=192"], kind: .unknownKey, keyPath: "studnt",
      sentence: "--set studnt.width=192: a session has no key \"studnt\"; did you mean student?"),
    Malformed(
      yaml: "", overrides: ["seed"], kind: .badValue,
      sentence: "--set seed: no value given; write it as KEY=VALUE, for example --set "
        + "optimizer.learning_rate=1e-3."),
    Malformed(
      yaml: "", overrides: ["student..width=1"], kind: .badValue,
      sentence: "--set student..width=1: the key path \"student..width\" has an empty part; write it as "
        + "SECTION.KEY=VALUE."),
    Malformed(
      yaml: "", overrides: ["seed="], kind: .badValue, keyPath: "seed",
      sentence: "--set seed=: seed is empty; it must be a whole number of at least 0."),
    Malformed(
      yaml: "", overrides: ["student.heads=7"], kind: .contradiction, keyPath: "student.heads",
      sentence: "--set student.heads=7: student.heads is 7, which does not divide student.width 768; choose a "
        + "number of heads that does."),
  ]
}

@Suite struct MalformedSessionTests {
  @Test(arguments: Malformed.all)
  func isRefusedWithItsSentence(_ malformed: Malformed) throws {
    let error = try #require(throws: SessionError.self) {
      try SessionFile(
        yaml: malformed.yaml, file: "x.yaml", overrides: malformed.overrides, evaluations: sampleEvaluations)
    }
    #expect(error.description == malformed.sentence)
    #expect(error.kind == malformed.kind)
    #expect(error.keyPath == malformed.keyPath)
  }
}
