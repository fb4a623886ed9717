import Foundation

/// A teacher's features of crops, in a file: for runs in which the same crops come again.
///
/// A crop is known by the checksum of its pixels, so whatever changes a picture, its crop or its colours makes another
/// entry. Features are kept as they were computed, float32. The file is a header (what it is, which teacher, how many
/// values a crop has) and records of equal size (crop, checksum of the values, values); a damaged record is noticed
/// when it is read, one that was cut off is passed over, and both are computed again.
package final class FeatureCache {
  private static let magic: UInt64 = 0x3130_5441_4546_504D  // "MPFEAT01"
  private static let headerWords = 4
  private static let recordWords = 2

  package let file: URL
  package let teacher: UInt64
  package let valuesPerCrop: Int
  /// What was found wrong with the file and has not been told yet.
  private var notices: [String] = []
  private let descriptor: Int32
  private var places: [UInt64: Int] = [:]
  private var records = 0
  /// While the disk is full: when the next record is tried.
  private var nextTry: ContinuousClock.Instant?
  private static let pauseSeconds = 30

  private var headerBytes: Int { Self.headerWords * 8 }
  private var recordBytes: Int { Self.recordWords * 8 + valuesPerCrop * 4 }
  package var count: Int { places.count }

  /// Opens or makes the file, and locks it for this process. A file of another teacher or kind is moved aside, not
  /// overwritten.
  package init(file: URL, teacher: UInt64, valuesPerCrop: Int) throws {
    self.file = file
    self.teacher = teacher
    self.valuesPerCrop = valuesPerCrop
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    if let reason = Self.strangeness(of: file, teacher: teacher, valuesPerCrop: valuesPerCrop) {
      let aside = file.appendingPathExtension("foreign-\(UUID().uuidString.prefix(8))")
      try FileManager.default.moveItem(at: file, to: aside)
      notices.append(
        "the teacher cache \(file.path) \(reason): it was moved to \(aside.lastPathComponent) and a new one begun.")
    }
    descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw FeatureCacheError("the teacher cache \(file.path) cannot be opened: \(String(cString: strerror(errno))).")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw FeatureCacheError(
        "the teacher cache \(file.path) is in use by another run: wait for it, or set engine.teacher_cache to off.")
    }
    try readIndex()
  }

  deinit { close(descriptor) }

  /// Notices that were not taken yet, a sentence each.
  package func takeNotices() -> [String] {
    defer { notices = [] }
    return notices
  }

  /// The features of a crop, if they are there and whole.
  func read(_ crop: UInt64, into values: UnsafeMutableBufferPointer<Float>) -> Bool {
    guard let place = places[crop], values.count == valuesPerCrop else { return false }
    var head = [UInt64](repeating: 0, count: Self.recordWords)
    let at = headerBytes + place * recordBytes
    let whole =
      head.withUnsafeMutableBytes { get($0, at: at) }
      && get(UnsafeMutableRawBufferPointer(values), at: at + Self.recordWords * 8)
      && head[0] == crop && head[1] == Fingerprint.of(UnsafeRawBufferPointer(values))
    if !whole {
      notices.append(
        "the teacher cache \(file.path) is damaged at record \(place): those features are computed again.")
    }
    return whole
  }

  /// Keeps the features of a crop; a damaged record is overwritten in place. Where the disk is full the cache stays as
  /// it is for half a minute.
  func write(_ crop: UInt64, _ values: UnsafeBufferPointer<Float>) {
    guard values.count == valuesPerCrop, nextTry.map({ $0 <= .now }) ?? true else { return }
    let place = places[crop] ?? records
    let head = [crop, Fingerprint.of(UnsafeRawBufferPointer(values))]
    let at = headerBytes + place * recordBytes
    // Values first: a record whose head is there is whole.
    let written =
      put(UnsafeRawBufferPointer(values), at: at + Self.recordWords * 8) && head.withUnsafeBytes { put($0, at: at) }
    guard written else {
      let reason = String(cString: strerror(errno))
      if nextTry == nil {
        notices.append(
          "the teacher cache \(file.path) takes no more (\(reason)): further features are computed in every epoch until it does."
        )
      }
      nextTry = .now + .seconds(Self.pauseSeconds)
      return
    }
    if nextTry != nil {
      nextTry = nil
      notices.append("the teacher cache \(file.path) takes features again.")
    }
    places[crop] = place
    records = max(records, place + 1)
  }

  private func readIndex() throws {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size > 0 else {
      let header = [Self.magic, teacher, UInt64(valuesPerCrop), Self.seal(teacher, valuesPerCrop)]
      guard header.withUnsafeBytes({ put($0, at: 0) }) else {
        throw FeatureCacheError(
          "the teacher cache \(file.path) cannot be written: \(String(cString: strerror(errno))).")
      }
      return
    }
    records = max(0, size - headerBytes) / recordBytes
    var crop = [UInt64](repeating: 0, count: 1)
    for place in 0..<records where crop.withUnsafeMutableBytes({ get($0, at: headerBytes + place * recordBytes) }) {
      if crop[0] != 0 { places[crop[0]] = place }
    }
  }

  /// What makes an existing file none of this teacher's, as a clause; nil where there is no file, or it fits.
  private static func strangeness(of file: URL, teacher: UInt64, valuesPerCrop: Int) -> String? {
    guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
    defer { try? handle.close() }
    let bytes = (try? handle.read(upToCount: headerWords * 8)) ?? Data()
    if bytes.isEmpty { return nil }
    guard bytes.count == headerWords * 8 else { return "has no whole header" }
    let words = bytes.withUnsafeBytes { raw in
      (0..<headerWords).map { raw.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
    }
    guard words[0] == magic else { return "is no teacher cache" }
    guard words[3] == seal(words[1], Int(truncatingIfNeeded: words[2])) else { return "has a damaged header" }
    guard words[1] == teacher, words[2] == UInt64(valuesPerCrop) else { return "belongs to another teacher" }
    return nil
  }

  private static func seal(_ teacher: UInt64, _ valuesPerCrop: Int) -> UInt64 {
    [magic, teacher, UInt64(bitPattern: Int64(valuesPerCrop))].withUnsafeBytes { Fingerprint.of($0) }
  }

  private func get(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
    pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) == buffer.count
  }

  private func put(_ buffer: UnsafeRawBufferPointer, at offset: Int) -> Bool {
    pwrite(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) == buffer.count
  }
}

/// A cache that cannot be used, as one sentence.
package struct FeatureCacheError: Error, CustomStringConvertible, Equatable {
  package let description: String

  init(_ description: String) { self.description = description }
}
