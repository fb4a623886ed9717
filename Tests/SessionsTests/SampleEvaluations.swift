import RunEvents

/// Kinds of evaluation as a program may describe them.
let sampleEvaluations = [
  EvaluationDescription(
    kind: "knn", title: "kNN",
    options: [
      OptionDescription(name: "k", help: "", values: .whole(1...100_000), most: 64, usual: "20"),
      OptionDescription(name: "temperature", help: "", values: .number(0.002...1000), usual: "0.07"),
      OptionDescription(name: "features", help: "", values: .choice(["cls", "mean"])),
    ]),
  EvaluationDescription(
    kind: "linear", title: "linear probe",
    options: [
      OptionDescription(name: "iterations", help: "", values: .whole(1...100_000), usual: "200"),
      OptionDescription(name: "decay", help: "", values: .number(0...1_000_000), most: 64),
    ]),
  EvaluationDescription(kind: "plain", title: "plain"),
]
