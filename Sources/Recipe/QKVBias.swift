/// Which of query, key and value are shifted.
public enum QKVBias: String, RenamedChoice {
  /// BEiT's: none for the key, where a shift would not change the softmax.
  case queryValue = "query_value"
  case full
  case none

  public static let earlierWords: [String: QKVBias] = ["queryValue": .queryValue]
}
