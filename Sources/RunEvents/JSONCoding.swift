import Foundation

/// An encoder for the JSON of this program: keys sorted, slashes as they are, `nan`, `inf` and `-inf` as the strings
/// `"nan"`, `"inf"` and `"-inf"`, dates in seconds since 1970.
package func runJSONEncoder() -> JSONEncoder {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  encoder.dateEncodingStrategy = .secondsSince1970
  return encoder
}

/// Reads what ``runJSONEncoder()`` writes.
package func runJSONDecoder() -> JSONDecoder {
  let decoder = JSONDecoder()
  decoder.nonConformingFloatDecodingStrategy = .convertFromString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  decoder.dateDecodingStrategy = .secondsSince1970
  return decoder
}
