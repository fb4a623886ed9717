import Foundation
import Measures
import RunEvents
import Tasks

/// When things that a front end likes to look at may be computed again: so seldom that they take no more than a fixed
/// part of the time, however often they are asked for.
struct ProbeBudget {
  /// Part of the time that probes may take.
  private let share: Double
  /// Seconds between two probes at the least.
  private let least: Double
  private var next: ContinuousClock.Instant?

  init(share: Double = 0.005, least: Double = 0) {
    self.share = share
    self.least = least
  }

  var isOpen: Bool { next.map { $0 <= .now } ?? true }

  /// - Parameter isFree: nothing is held up: the run is paused.
  mutating func spent(_ seconds: Double, isFree: Bool) {
    next = isFree ? nil : .now + .seconds(max(least, seconds / share))
  }
}

extension RunEngine {
  /// The picture that front ends look at from now on.
  func showPreview(_ index: Int) {
    guard let pictures = task.pictures else { return refuse("has no pictures to show: it masks nothing") }
    previewIndex = max(0, min(index, pictures.previewCount - 1))
    showPreview()
  }

  /// Answers ``RunCommand/inspect(index:)`` where the budget allows it; a front end asks again.
  func inspect(_ index: Int) {
    guard let pictures = task.pictures else { return refuse("has no pictures to inspect: it masks nothing") }
    let target = task.targets?.currentTarget
    let isOther = index != inspectedIndex || target != inspectedGuidance
    guard isOther || inspections.isOpen || state != .running else { return }
    inspectedIndex = index
    inspectedGuidance = target
    let seen = inspection(of: index, in: pictures)
    inspections.spent(seen.seconds, isFree: state != .running)
    emit(.inspection(seen))
  }

  /// Answers ``RunCommand/attend(_:)`` where the budget allows it; a front end asks again.
  func attend(_ query: AttentionQuery) {
    guard let pictures = task.pictures else { return refuse("has no pictures to inspect: it masks nothing") }
    guard query != attended || attentions.isOpen || state != .running else { return }
    attended = query
    let seen = attention(query, in: pictures)
    attentions.spent(seen.seconds, isFree: state != .running)
    emit(.attention(seen))
  }

  private func attention(_ query: AttentionQuery, in pictures: any PreviewSource) -> PatchAttention {
    let start = ContinuousClock.now
    func seconds() -> Double { start.duration(to: .now) / .seconds(1) }
    let step = task.completedSteps
    do {
      let seen = try pictures.attention(query)
      return PatchAttention(
        step: step, query: seen.query, blocks: seen.blocks, heads: seen.heads, patches: seen.patches, cls: seen.cls,
        seconds: seconds())
    } catch {
      return PatchAttention(
        step: step, query: query, blocks: 0, heads: 0, patches: [], cls: 0, seconds: seconds(), problem: "\(error)")
    }
  }

  /// A picture of the preview set as the student sees it, or why it cannot be shown.
  func preview(of index: Int, in pictures: any PreviewSource) -> MaskPreview {
    let place = place(in: pictures)
    do {
      let preview = try pictures.preview(index)
      brokenPictures[index] = nil
      return MaskPreview(preview, at: place)
    } catch {
      return MaskPreview(
        problem: told("\(error)", of: index), index: index, name: pictures.previewName(index) ?? "", at: place)
    }
  }

  /// What the networks make of a picture of the preview set, or why that cannot be said.
  func inspection(of index: Int, in pictures: any PreviewSource) -> PatchInspection {
    let start = ContinuousClock.now
    func seconds() -> Double { start.duration(to: .now) / .seconds(1) }
    let place = place(in: pictures)
    do {
      let seen = try pictures.inspect(index)
      return PatchInspection(seen, at: place, seconds: seconds())
    } catch {
      return PatchInspection(problem: told("\(error)", of: index), index: index, at: place, seconds: seconds())
    }
  }

  private func place(in pictures: any PreviewSource) -> ProbePlace {
    ProbePlace(
      step: task.completedSteps, guidance: task.targets?.currentTarget ?? "", grid: pictures.previewGrid,
      objective: pictures.objectiveName)
  }

  /// Tells the log of a broken picture, once for each reason; returns the reason.
  private func told(_ reason: String, of index: Int) -> String {
    if brokenPictures.updateValue(reason, forKey: index) != reason {
      message(.warning, "picture \(index + 1) of the preview set is not shown: \(reason)")
    }
    return reason
  }
}

/// Where a run is when a picture is looked at.
struct ProbePlace {
  var step: Int
  var guidance: String
  /// Patches of a picture.
  var grid: (rows: Int, columns: Int)
  /// Word of the loss.
  var objective: String
}

extension MaskPreview {
  init(_ preview: TaskPreview, at place: ProbePlace) {
    self.init(
      step: place.step, index: preview.index, name: preview.name, guidance: place.guidance, width: preview.size.width,
      height: preview.size.height, rgb: Data(preview.rgb), gridRows: preview.rows, gridColumns: preview.columns,
      mask: preview.mask, cosine: preview.cosine)
    classes = preview.classes.map {
      ClassMaps(names: $0.names, truth: Data($0.truth), prediction: Data($0.prediction))
    }
    if !preview.pictures.isEmpty {
      pictures = preview.pictures.map {
        DescribedPicture(title: $0.title, brief: $0.brief, help: $0.help, rgb: Data($0.rgb))
      }
    }
    signs = preview.signs.map {
      PatchSigns(
        what: $0.what, names: $0.names, signs: $0.signs, plainSigns: $0.plainSigns, target: Data($0.target),
        prediction: Data($0.prediction))
    }
  }

  /// In place of a picture that cannot be shown.
  init(problem: String, index: Int, name: String, at place: ProbePlace) {
    self.init(
      step: place.step, index: index, name: name, guidance: place.guidance, width: 0, height: 0, rgb: Data(),
      gridRows: place.grid.rows, gridColumns: place.grid.columns, mask: [], cosine: [], problem: problem)
  }
}

extension PatchInspection {
  /// In place of what cannot be said of a picture.
  init(problem: String, index: Int, at place: ProbePlace, seconds: Double) {
    self.init(
      step: place.step, index: index, guidance: place.guidance, gridRows: place.grid.rows,
      gridColumns: place.grid.columns, teachers: [], prediction: Data(), student: Data(), studentExplained: 0,
      attention: [], objective: place.objective, loss: [], maskFrequency: [], maskCount: 0, seconds: seconds,
      problem: problem)
  }

  init(_ seen: TaskInspection, at place: ProbePlace, seconds: Double) {
    self.init(
      step: place.step, index: seen.index, guidance: place.guidance, gridRows: seen.rows, gridColumns: seen.columns,
      teachers: seen.teachers.map {
        TeacherView(
          name: $0.name, components: Data($0.colors), explained: $0.explained,
          similarity: $0.similarity.map { Data($0.bytes) })
      },
      prediction: Data(seen.prediction), student: Data(seen.student), studentExplained: seen.studentExplained,
      studentSimilarity: seen.studentSimilarity.map { Data($0.bytes) },
      attention: seen.attention, objective: place.objective, loss: seen.loss, maskFrequency: seen.maskFrequency,
      maskCount: seen.maskCount, seconds: seconds)
    studentWhole = seen.studentSeesAll ? true : nil
  }
}
