import Foundation

/// What stands before the numbers of one array in a file of numpy's (`.npy`), version 1.0
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
package enum NumpyArray {
  /// The header of float32 in the order of C; it takes a multiple of 64 bytes.
  package static func header(shape: [Int]) -> Data {
    let sizes = shape.map { "\($0), " }.joined()
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes.dropLast(shape.count > 1 ? 2 : 1))), }"
    let magic = [0x93] + Array("NUMPY".utf8) + [1, 0]
    let bare = magic.count + 2 + text.utf8.count + 1
    let padded = text + String(repeating: " ", count: (64 - bare % 64) % 64) + "\n"
    let length = UInt16(padded.utf8.count)
    return Data(magic + [UInt8(length & 0xFF), UInt8(length >> 8)] + Array(padded.utf8))
  }
}
