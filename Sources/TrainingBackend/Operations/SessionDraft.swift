import Evaluation
import Foundation
import Histories
import Recipe
import Sessions

/// A session for a folder of pictures, with everything that was chosen for it: what `mvp init` writes.
package struct SessionDraft: Sendable {
  package let name: String
  package let survey: FolderSurvey
  package let teacher: FoundTeacher?
  /// Pixels.
  package let imageSize: PlaneSize
  package let patchSize: Int
  /// What computes.
  package let device: DeviceChoice
  package private(set) var steps: Int
  package let batch: Int
  /// Crops that each picture comes in, with the teacher's features of them kept on disk; nil: fresh ones, nothing kept.
  package private(set) var crops: Int?
  /// What it comes to on this machine; nil before ``weigh(seconds:progress:)``.
  package private(set) var check: SessionCheck?

  /// Patches along the shorter side, whatever the size: of a square 65 tokens are enough to see what is where, and
  /// cheap.
  package static let grid = 8
  /// A tenth of the shorter sides may be smaller than the crops.
  private static let sizes = [128, 96, 64, 32]
  private static let fewPictures = 1_000
  private static let somePictures = 10_000
  private static let leastSteps = 200
  private static let mostEpochs = 300.0
  static let learningRate = "1.0e-3"

  /// What a size for the student lacks, as a clause; nil: nothing.
  package static func problem(of size: PlaneSize) -> String? {
    guard (16...4096).contains(size.shorter), size.longer <= 4096, size.shorter % grid == 0 else {
      return "give a multiple of \(grid) from 16 to 4096, or two of them"
    }
    let patch = size.shorter / grid
    return size.isMultiple(of: patch)
      ? nil : "patches of \(patch) pixels, \(grid) along the shorter side, do not divide the longer one"
  }

  /// - Parameter imageSize: nil: a square by the pictures' sizes.
  package init(
    name: String, survey: FolderSurvey, teacher: FoundTeacher?, imageSize: PlaneSize? = nil, device: DeviceChoice = .cpu
  ) {
    self.name = name
    self.device = device
    self.survey = survey
    self.teacher = teacher
    let middle = survey.shortSides?.middle ?? 0
    let size = imageSize ?? PlaneSize(square: Self.sizes.first { $0 <= middle } ?? 32)
    patchSize = max(1, size.shorter / Self.grid)
    self.imageSize = size / patchSize * patchSize
    // Few pictures give few steps an epoch: small batches make more of them.
    batch = survey.pictures < Self.fewPictures ? 16 : survey.pictures < Self.somePictures ? 32 : 64
    steps = 1_000
  }

  /// Chooses the length, so that training takes about so many seconds, and whether the teacher's features are kept.
  /// - Throws: where the session that is to be written could not be read.
  package mutating func weigh(seconds: Double, progress: (String) -> Void = { _ in }) throws {
    let first = SessionCheck(try session(), progress: progress)
    if let cost = first.cost, cost.seconds > 0 {
      let most = Self.mostEpochs * Double(survey.pictures) / Double(batch)
      func length(_ eachStep: Double) -> Int {
        let steps = min(most, max(Double(Self.leastSteps), seconds / eachStep))
        return steps < 1_000 ? max(1, Int(steps / 50) * 50) : Int(steps / 100) * 100
      }
      steps = length(cost.seconds)
      if let share = cost.teacherShare, share >= TeacherCacheHint.leastShare, let values = cost.valuesPerCrop {
        // What the cache saves makes the run longer; the first passes pay for it.
        let later = cost.seconds * (1 - share)
        let bytes = survey.pictures * values * MemoryLayout<Float>.stride
        let longest = Double(length(later) * batch) / Double(max(1, survey.pictures))
        let crops = TeacherCacheHint.crops(epochs: longest, bytesOfOne: bytes)
        let passes = Double(crops * survey.pictures) / Double(batch)
        if crops > 0 {
          let left = max(0, seconds - passes * cost.seconds) / later
          steps = length(seconds / max(1, passes + left))
          self.crops = crops
        }
      }
    }
    check = SessionCheck(try session(), known: first.cost)
  }

  private func session() throws -> Session {
    Session(
      name: name, source: "\(name).yaml",
      settings: try SessionFile(
        yaml: text(relativeTo: nil), file: "\(name).yaml", evaluations: EvaluationKinds.descriptions),
      directory: URL(fileURLWithPath: "sessions", isDirectory: true).appendingPathComponent(name, isDirectory: true))
  }
}
