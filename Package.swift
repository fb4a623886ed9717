// swift-tools-version: 6.1
import PackageDescription

/// The rooms of the house: one target each, importing exactly what stands here. CONTRIBUTING.md says what each room is
/// for.
let package = Package(
  name: "mvp-workbench",
  products: [.executable(name: "mvp", targets: ["mvp"])],
  traits: [
    .trait(
      name: "OneDNN", description: "Matrix products by oneDNN, for CPUs without AVX-512. Needs libdnnl-dev."
    ),
    .default(enabledTraits: ["OneDNN"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // The choices that a session can make, each with its one word.
    .target(name: "Recipe"),
    // Reading and writing files, as every room does it, and what is refused of them before it is read.
    .target(name: "Files"),

    // What a step measures, described where it is measured.
    .target(name: "Measures"),
    // The words spoken between engine and front ends, and the histories that they speak of.
    .target(name: "Histories"),
    .target(name: "RunEvents", dependencies: ["Histories", "Measures"], exclude: ["PROTOCOL.md"]),

    // A run as lines of text, or of JSON.
    .target(name: "Lines", dependencies: ["Canvas", "Files", "Histories", "Measures", "RunEvents"]),

    // Files of other tools, for what a run measured.
    .target(name: "Interchange", dependencies: ["Files"]),

    // Front end: from cells to the terminal.
    .target(name: "Canvas"),
    .target(name: "Plotting", dependencies: ["Canvas", "Histories"]),
    .target(
      name: "Reports",
      dependencies: ["CImageCodecs", "Canvas", "Histories", "Measures", "Plotting", "RunEvents", "Workbench"]),
    .target(name: "Workbench", dependencies: ["Canvas", "Histories", "Measures", "Plotting", "Recipe", "RunEvents"]),
    .target(
      name: "CNcurses",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(
      name: "Terminal",
      dependencies: [
        "Canvas", "CImageCodecs", "CNcurses", "Files", "RunEvents", "Workbench",
        .product(name: "Yams", package: "Yams"),
      ]),

    // Engine: from vector kernels to a training run.
    .target(
      name: "CDNNL", cSettings: [.define("MVP_ONEDNN", .when(traits: ["OneDNN"]))],
      linkerSettings: [.linkedLibrary("dnnl", .when(traits: ["OneDNN"]))]),
    .target(name: "CMPI"),
    .target(name: "CNVML"),
    // Processes that train one run together.
    .target(name: "Ranks", dependencies: ["CMPI"]),
    .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("openblas")]),
    .target(name: "CKernels"),
    .target(name: "CTorch"),
    .target(
      name: "Tensors",
      dependencies: [
        "CKernels", "COpenBLAS", "CTorch", "Recipe", .target(name: "CDNNL", condition: .when(traits: ["OneDNN"])),
      ], resources: [.copy("Torch/shim")]),
    .target(
      name: "CImageCodecs",
      linkerSettings: [
        .linkedLibrary("turbojpeg"), .linkedLibrary("png"), .linkedLibrary("webp"), .linkedLibrary("webpdemux"),
        .linkedLibrary("tiff"), .linkedLibrary("z"),
      ]),
    .target(name: "Datasets", dependencies: ["CImageCodecs", "Files", "Recipe", "Tensors"]),
    .target(
      name: "Models", dependencies: ["CImageCodecs", "Files", "Interchange", "Recipe", "Tensors"],
      resources: [.copy("Resources/teachers")]),
    .target(name: "Tasks", dependencies: ["Datasets", "Measures", "Models", "Recipe", "Tensors"]),
    .target(
      name: "Pretraining",
      dependencies: ["CKernels", "Datasets", "Measures", "Models", "Ranks", "Recipe", "Tasks", "Tensors"]),
    .target(
      name: "Finetuning", dependencies: ["Datasets", "Measures", "Models", "Pretraining", "Recipe", "Tasks", "Tensors"]),
    .target(
      name: "Evaluation",
      dependencies: [
        "CKernels", "Datasets", "Files", "Finetuning", "Models", "Pretraining", "Recipe", "RunEvents", "Tasks",
        "Tensors",
      ]),
    .target(
      name: "Sessions",
      dependencies: [
        "Files", "Histories", "Measures", "Recipe", "RunEvents", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"), .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "TrainingBackend",
      dependencies: [
        "CNVML", "Datasets", "Evaluation", "Files", "Finetuning", "Histories", "Interchange", "Measures", "Models",
        "Pretraining", "Ranks", "Recipe", "RunEvents", "Sessions", "Tasks", "Tensors",
      ]),

    // Arguments and wiring.
    .executableTarget(
      name: "mvp",
      dependencies: [
        "Canvas", "Files", "Histories", "Interchange", "Lines", "Measures", "Plotting", "Ranks", "Recipe", "Reports",
        "RunEvents", "Sessions", "Terminal", "TrainingBackend", "Workbench",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests mirror the rooms.
    .testTarget(name: "RecipeTests", dependencies: ["Recipe"]),
    .testTarget(name: "FilesTests", dependencies: ["Files"]),
    .testTarget(name: "RanksTests", dependencies: ["Ranks"]),
    .testTarget(name: "HistoriesTests", dependencies: ["Histories"]),
    .testTarget(name: "MeasuresTests", dependencies: ["Measures"]),
    .testTarget(
      name: "RunEventsTests", dependencies: ["Histories", "Measures", "RunEvents"], exclude: ["Fixtures"]),
    .testTarget(name: "LinesTests", dependencies: ["Lines", "Measures", "RunEvents"]),
    .testTarget(name: "CanvasTests", dependencies: ["Canvas"]),
    .testTarget(name: "PlottingTests", dependencies: ["Canvas", "Histories", "Plotting"]),
    .testTarget(
      name: "WorkbenchTests", dependencies: ["Canvas", "Histories", "Measures", "Plotting", "RunEvents", "Workbench"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "TerminalTests", dependencies: ["Canvas", "CNcurses", "Measures", "RunEvents", "Terminal", "Workbench"]),
    .target(name: "ArrayDifference", path: "Tests/ArrayDifference"),
    .target(name: "COtherCPUs", dependencies: ["CKernels"], path: "Tests/COtherCPUs", exclude: ["run"]),
    .testTarget(
      name: "TensorsTests", dependencies: ["ArrayDifference", "COtherCPUs", "CKernels", "Recipe", "Tensors"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["ArrayDifference", "Datasets", "Recipe", "Tensors"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ModelsTests", dependencies: ["ArrayDifference", "CImageCodecs", "Models", "Recipe", "Tensors"],
      resources: [.copy("Fixtures")]),
    .testTarget(name: "TasksTests", dependencies: ["Models", "Recipe", "Tasks", "Tensors"]),
    .testTarget(
      name: "PretrainingTests",
      dependencies: [
        "ArrayDifference", "Datasets", "Measures", "Models", "Pretraining", "Ranks", "Recipe", "Tasks", "Tensors",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "FinetuningTests",
      dependencies: [
        "ArrayDifference", "Datasets", "Finetuning", "Measures", "Models", "Pretraining", "Ranks", "Recipe", "Tasks",
        "Tensors",
      ], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["Datasets", "Evaluation", "Models", "Recipe", "RunEvents", "Tensors"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "SessionsTests",
      dependencies: [
        "Histories", "Measures", "Recipe", "RunEvents", "Sessions", .product(name: "GRDB", package: "GRDB.swift"),
      ], exclude: ["Fixtures"]),
    .testTarget(
      name: "TrainingBackendTests",
      dependencies: [
        "ArrayDifference", "Datasets", "Measures", "Models", "Pretraining", "Recipe", "RunEvents", "Sessions", "Tasks",
        "Tensors",
        "TrainingBackend",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(name: "InterchangeTests", dependencies: ["Interchange"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Histories", "Measures", "Plotting", "Reports", "RunEvents", "Workbench"]),
    .testTarget(name: "mvpTests", dependencies: ["Canvas", "mvp"]),
  ],
  swiftLanguageModes: [.v6]
)

// One more program where MVP_FUZZING is set: Tests/Fuzzing/run builds it, in a folder of its own.
if Context.environment["MVP_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzzing",
      dependencies: [
        "CImageCodecs", "Datasets", "Interchange", "Models", "RunEvents", "Sessions", "Tensors", "Terminal",
        "TrainingBackend", "Workbench",
      ], path: "Tests/Fuzzing",
      exclude: ["run", "Corpus", "imported.words", "packed.words", "torch.words"]))
}
