import Files
import Foundation

/// Pictures that are files.
package protocol FilePictures: PictureSource {
  /// Where a picture lies.
  func path(at index: Int) -> BytePath
}

/// Pictures that are looked at to tell one that is gone from a folder that is away.
private let probes = 8

extension FilePictures {
  package func trouble(at index: Int, _ error: any Error) -> PictureTrouble {
    guard let code = (error as? DatasetError)?.systemCode else { return .broken }
    switch code {
    case EMFILE, ENFILE, ENOMEM, EAGAIN, EINTR: return .away
    default: break
    }
    guard path(at: index).folder.withCPath({ access($0, R_OK | X_OK) }) == 0 else { return .away }
    // Spread over all, so that they lie in many folders.
    let others = (1...probes).map { (index + $0 * max(1, count / (probes + 1))) % count }.filter {
      $0 != index
    }
    return others.contains { canBeRead($0) } ? .alone : .away
  }

  private func canBeRead(_ index: Int) -> Bool {
    let descriptor = path(at: index).withCPath { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var byte: UInt8 = 0
    return read(descriptor, &byte, 1) == 1
  }
}
