import Evaluation
import Foundation
import Models
import Pretraining
import Recipe
import Sessions
import Tasks
import Tensors

/// What students and teachers know of texts, by the text tower that came with a CLIP teacher.
extension RunAssembly {
  /// - Parameters:
  ///   - guidance: the one that the student is judged under.
  ///   - teacher: gives the teacher of that name, loaded already or to be loaded.
  func texts(
    of student: TaskSubject, guidance: String, teacher: @escaping (_ name: String) throws -> FrozenTeacher?
  ) -> (() throws -> TextSide)? {
    guard settings.followsTargets else { return nil }
    return { [self] in
      let (name, text, tokenizer) = try textTower(among: GuidanceMixture.parts(of: guidance))
      guard let teacher = try teacher(name),
        let prediction = try student.predictions().first(where: { $0.name == name })
      else {
        throw BackendError(
          "evaluation zeroshot needs a student with a head for its teacher, and this one has none: judge a checkpoint of a run."
        )
      }
      guard settings.objective.targets == .raw else {
        throw BackendError(
          "evaluation zeroshot needs predictions of the teacher's features themselves, and objective.targets is "
            + "\(settings.objective.targets.rawValue): judge a run of raw targets.")
      }
      return side(text, tokenizer) { pixels in
        let predicted = prediction.cls(pixels)
        return teacher.isProjected ? predicted : teacher.model.projected(predicted)
      }
    }
  }

  /// The same of a teacher by its own features, projected.
  func texts(ofTeacher name: String, _ teacher: FrozenTeacher) -> () throws -> TextSide {
    { [self] in
      let (text, tokenizer) = try textTower(of: name)
      return side(text, tokenizer) { pixels in
        withoutHistory {
          teacher.model.projected(
            selectToken(teacher.model.features(pixels, normalization: teacher.normalization), 0))
        }
      }
    }
  }

  private func side(
    _ text: LoadedText, _ tokenizer: any Tokenizer, pictures: @escaping (Tensor) -> Tensor
  ) -> TextSide {
    TextSide(
      knowsSceneWordsAlone: tokenizer is WordTokenizer,
      classFeatures: { classFeatures($0) { text.features($0, tokenizer: tokenizer) } }, pictureFeatures: pictures)
  }

  /// Of several teachers at once the first that has one.
  private func textTower(among names: [String]) throws -> (String, LoadedText, any Tokenizer) {
    for name in names.dropLast() {
      if let (text, tokenizer) = try? textTower(of: name) { return (name, text, tokenizer) }
    }
    let last = names.last ?? ""
    let (text, tokenizer) = try textTower(of: last)
    return (last, text, tokenizer)
  }

  /// - Throws: a sentence that says why a teacher has none, and what to do.
  private func textTower(of name: String) throws -> (LoadedText, any Tokenizer) {
    func none(_ why: String) -> BackendError {
      BackendError(
        "evaluation zeroshot needs the guidance of a CLIP teacher whose text tower can be read, and \(why): judge a step under a "
          + "CLIP teacher, whose weights have both towers.")
    }
    guard let teacher = settings.guidance.teachers.first(where: { $0.name == name }) else {
      throw none(name.isEmpty || name == "none" ? "the model has no guidance" : "the session has no teacher \(name)")
    }
    let url: URL
    switch teacher.weights {
    case .shipped(let shipped):
      guard let known = ShippedTeacher(rawValue: shipped) else { throw none("\(name) gives codes") }
      url = known.url
    case .path(let path): url = URL(fileURLWithPath: path)
    case .computed: throw none("\(name) is computed from pixels")
    case .random: throw none("\(name) has random weights")
    case .average: throw none("\(name) is the student's own average")
    }
    do {
      let text = try loadText(from: url, device: device)
      return (text, try text.tokenizer())
    } catch {
      let reason = "\(error)"
      throw none("that of \(name) has none (\(reason.hasSuffix(".") ? String(reason.dropLast()) : reason))")
    }
  }

  /// What a student of a checkpoint predicts of its targets.
  func predictions(of student: VisionTransformer, in folder: URL) throws -> [TargetPrediction] {
    guard settings.followsTargets else { return [] }
    var assembly = self
    // Features of training pictures are of no use here.
    assembly.session.settings.engine.teacherCache = false
    let known = try Trainer.progress(in: folder).guidanceNames
    let predictions = StudentPredictions(
      student: student, method: method,
      settings: trainerSettings(datasetSize: 1, totalSteps: 1), masks: try masks())
    return try predictions.saved(
      in: folder,
      of: try settings.guidance.teachers.filter { known.contains($0.name) }.map {
        try assembly.guidance($0, totalSteps: 1)
      })
  }
}
