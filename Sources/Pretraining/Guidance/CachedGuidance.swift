import Models
import Recipe
import Tasks
import Tensors

/// A teacher that looks each crop's features up in a file, and computes those that are not there.
///
/// What was computed is given back to the last bit. A crop whose features come from another batch than the present one
/// may differ from features computed now by the rounding of products.
package final class CachedGuidance: Guidance {
  package let teacher: any KeepableGuidance
  package let cache: FeatureCache
  /// Crops found in the cache, and crops computed, so far.
  package private(set) var hits = 0
  package private(set) var misses = 0

  package var name: String { teacher.name }
  package var featureWidth: Int { teacher.featureWidth }
  package var codes: Int? { teacher.codes }
  package var codebook: Tensor? { teacher.codebook }
  package var grid: (rows: Int, columns: Int) { teacher.grid }
  package var uncached: any Guidance { teacher }
  package var network: LoadedVision? { teacher.network }
  package var frozenTeacher: FrozenTeacher? { teacher.frozenTeacher }
  package var frozenTokenizer: FrozenTokenizer? { teacher.frozenTokenizer }
  package var frozenParameterCount: Int { teacher.frozenParameterCount }
  package var summary: String { teacher.summary }

  /// - Parameter cache: made for this teacher, see ``KeepableGuidance/fingerprint`` and ``Guidance/valuesPerCrop``.
  package init(_ teacher: any KeepableGuidance, cache: FeatureCache) {
    self.teacher = teacher
    self.cache = cache
  }

  package func takeNotices() -> [String] { cache.takeNotices() }
  package func attention(pixels: Tensor, block: Int, query: Int) -> [Float] {
    teacher.attention(pixels: pixels, block: block, query: query)
  }
  package func shown(_ predictions: [Float], over planes: [Float], size: PlaneSize, mask: [Bool]) -> ShownPicture? {
    teacher.shown(predictions, over: planes, size: size, mask: mask)
  }

  package func targets(pixels: Tensor) throws -> Tensor {
    let (pictures, size) = (pixels.shape[0], pixels.count / max(pixels.shape[0], 1))
    let each = cache.valuesPerCrop
    let crops = pixels.array()
    var features = [Float](repeating: 0, count: pictures * each)
    let keys = crops.withUnsafeBytes { bytes in
      (0..<pictures).map {
        Fingerprint.of(UnsafeRawBufferPointer(rebasing: bytes[$0 * size * 4..<($0 + 1) * size * 4]))
      }
    }
    var missing: [Int] = []
    features.withUnsafeMutableBufferPointer { values in
      for picture in 0..<pictures {
        let place = UnsafeMutableBufferPointer(rebasing: values[picture * each..<(picture + 1) * each])
        if !cache.read(keys[picture], into: place) { missing.append(picture) }
      }
    }
    hits += pictures - missing.count
    misses += missing.count
    if !missing.isEmpty {
      let computed = try teacher.targets(pixels: subset(of: pixels, crops: crops, pictures: missing)).array()
      for (place, picture) in missing.enumerated() {
        let found = computed[place * each..<(place + 1) * each]
        features.replaceSubrange(picture * each..<(picture + 1) * each, with: found)
        found.withUnsafeBufferPointer { cache.write(keys[picture], $0) }
      }
    }
    return Tensor(features, shape: [pictures, each / targetWidth, targetWidth], device: pixels.device)
  }

  private func subset(of pixels: Tensor, crops: [Float], pictures: [Int]) -> Tensor {
    guard pictures.count < pixels.shape[0] else { return pixels }
    let size = crops.count / pixels.shape[0]
    return Tensor(
      pictures.flatMap { crops[$0 * size..<($0 + 1) * size] }, shape: [pictures.count] + pixels.shape.dropFirst(),
      device: pixels.device)
  }
}

/// A guidance whose targets can be kept in a file, as it always gives the same ones of a crop.
package protocol KeepableGuidance: Guidance {
  /// Tells guidances apart that give other targets of a crop.
  var fingerprint: UInt64 { get }
}

extension TeacherGuidance: KeepableGuidance {}

extension Guidance {
  /// Numbers that the targets of one picture have.
  package var valuesPerCrop: Int { (1 + grid.rows * grid.columns) * targetWidth }
}
