/// Why libtorch cannot compute, in one sentence.
package struct TorchError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
