extension Metric {
  /// Only the key has to be there: what an earlier version did not say, and words of a later one, are as they are for a
  /// metric of which nothing is said.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ type: Value.Type = Value.self) -> Value? {
      try? container.decodeIfPresent(type, forKey: key)
    }
    let key = try container.decode(String.self, forKey: .key)
    let plain = Metric(key: key, name: value(.name) ?? key)
    self.init(
      key: key, name: plain.name, shortName: value(.shortName), longName: value(.longName),
      unit: value(.unit) ?? plain.unit, format: value(.format) ?? plain.format,
      decimals: min(max(0, value(.decimals) ?? plain.decimals), 9), better: value(.better),
      isSmoothed: value(.isSmoothed) ?? plain.isSmoothed, isOptional: value(.isOptional) ?? plain.isOptional,
      kind: value(.kind) ?? plain.kind, phase: value(.phase), ranks: value(.ranks) ?? plain.ranks)
  }
}
