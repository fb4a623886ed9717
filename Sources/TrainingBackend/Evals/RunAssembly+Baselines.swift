import Models
import Pretraining
import Sessions
import Tasks
import Tensors

extension RunAssembly {
  /// A fresh student with the session's seed: what training has to beat. nil where the task has no student.
  func untrainedStudent() -> TaskSubject? {
    guard settings.task == .pretrain else { return nil }
    let model = VisionTransformer(studentConfiguration, device: device, seed: settings.seed)
    model.freeze()
    return TaskSubject(model: model, normalization: normalization)
  }

  /// A teacher of the session, loaded for evaluations; nil where there is none of that name.
  func frozenTeacher(_ name: String) throws -> FrozenTeacher? {
    guard settings.followsTargets, let teacher = settings.guidance.teachers.first(where: { $0.name == name }) else {
      return nil
    }
    var assembly = self
    // Its features of training pictures are of no use here.
    assembly.session.settings.engine.teacherCache = false
    return try assembly.guidance(teacher, totalSteps: 1).frozenTeacher
  }

  /// What scores depend on beside weights, pictures and options.
  var arithmetic: String { settings.engine.dtype.rawValue }

  /// - Parameter teacher: gives the teacher of that name, loaded already or to be loaded.
  func baselines(
    jobs: EvaluationJobs, store: RunStore?, teacher: @escaping (_ name: String) throws -> FrozenTeacher?
  ) -> Baselines {
    let assembly = self
    return Baselines(
      jobs: jobs, store: store, arithmetic: arithmetic, teachers: settings.guidance.teachers.map(\.name)
    ) { role in
      switch role {
      case .untrained:
        guard let student = assembly.untrainedStudent() else { return nil }
        return Baselines.Subject(
          model: student,
          fingerprint: RunFingerprints.Teacher.weights(of: student.model) + "\n\(student.model.configuration)"
            + (student.normalization == .imageNet ? "" : "\n\(student.normalization)"))
      case .teacher(let name):
        guard let teacher = try teacher(name) else { return nil }
        let facts = teacher.facts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return Baselines.Subject(
          model: TaskSubject(model: teacher.model, normalization: teacher.normalization),
          isProjected: teacher.isProjected, channels: teacher.channels, texts: assembly.texts(ofTeacher: name, teacher),
          fingerprint: RunFingerprints.Teacher.weights(of: teacher.model) + "\n" + facts.joined(separator: " "))
      }
    }
  }
}
