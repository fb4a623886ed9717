import Tensors

extension OpTable {
  static let codeOps: [String: Op] = [
    "tanh": { hyperbolicTangent($0.x) },
    "straightThrough": { straightThrough($0.x, values: $0.values) },
    "mapPatches": { mapPatches($0.x, patch: 2) },
    "mapPatches.normalised": {
      mapPatches($0.x, patch: 4, mean: [0.48, 0.45, 0.40], standardDeviation: [0.26, 0.27, 0.28])
    },
    "rowSums": { rowSums($0.x, by: $0.integers("groups"), count: 4) },
  ]
}
