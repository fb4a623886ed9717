/// Which of query, key and value are shifted.
package enum QKVBias: String, RenamedChoice {
  /// BEiT's: none for the key, where a shift would not change the softmax.
  case queryValue = "query_value"
  case full
  case none

  package static let earlierWords: [String: QKVBias] = ["queryValue": .queryValue]
}
