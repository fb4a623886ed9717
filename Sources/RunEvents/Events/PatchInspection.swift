import Foundation

/// What teachers and student make of one picture of the preview set, patch by patch. Grids are row-major.
///
/// Features are shown as their first three principal components over the picture's patches, each brought to 0...255:
/// three bytes a patch, red for the first. Computed only when a front end asks with ``RunCommand/inspect(index:)``.
package struct PatchInspection: Codable, Equatable, Sendable {
  /// A teacher's features of the whole picture.
  package struct TeacherView: Codable, Equatable, Sendable {
    package var name: String
    package var components: Data
    /// Part of the variance that the three components hold, 0...1.
    package var explained: Double
    /// Cosine of the features of every two patches, as ``PatchSimilarity`` has it; nil where that was not told.
    package var similarity: Data?

    package init(name: String, components: Data, explained: Double, similarity: Data? = nil) {
      self.name = name
      self.components = components
      self.explained = explained
      self.similarity = similarity
    }
  }

  package var step: Int
  package var index: Int
  /// Guidance whose targets ``prediction`` and ``loss`` are about.
  package var guidance: String
  package var gridRows: Int
  package var gridColumns: Int
  package var teachers: [TeacherView]
  /// The student's predictions in the components of the guidance's teacher: like colours mean like features.
  package var prediction: Data
  /// The student's own features of the masked picture, in components of their own.
  package var student: Data
  /// Whether they are of the whole picture, as the student has none of masked patches; nil: of the masked one.
  package var studentWhole: Bool?
  package var studentExplained: Double
  /// Cosine of the student's features of every two patches, as ``PatchSimilarity`` has it; nil where that was not told.
  package var studentSimilarity: Data?
  /// How much CLS attends to each patch in the student's last block, mean over heads; the whole picture is shown to it.
  package var attention: [Float]
  /// How predictions are compared with targets (`cosine`, `mse`, ...), and that for each patch.
  package var objective: String
  package var loss: [Float]
  /// How often each patch was masked in the masks of this process so far, 0...1, and of how many masks.
  package var maskFrequency: [Float]
  package var maskCount: Int
  /// What this cost, in seconds of the training queue.
  package var seconds: Double
  /// Why the picture could not be inspected, in one sentence; then there are no teachers and no maps. nil: it was.
  package var problem: String?

  package init(
    step: Int, index: Int, guidance: String, gridRows: Int, gridColumns: Int, teachers: [TeacherView], prediction: Data,
    student: Data, studentExplained: Double, studentSimilarity: Data? = nil, attention: [Float], objective: String,
    loss: [Float],
    maskFrequency: [Float],
    maskCount: Int, seconds: Double, problem: String? = nil
  ) {
    self.step = step
    self.index = index
    self.guidance = guidance
    self.gridRows = gridRows
    self.gridColumns = gridColumns
    self.teachers = teachers
    self.prediction = prediction
    self.student = student
    self.studentExplained = studentExplained
    self.studentSimilarity = studentSimilarity
    self.attention = attention
    self.objective = objective
    self.loss = loss
    self.maskFrequency = maskFrequency
    self.maskCount = maskCount
    self.seconds = seconds
    self.problem = problem
  }

  enum CodingKeys: String, CodingKey {
    case step, index, guidance, teachers, prediction, student, attention, objective, loss, seconds, problem
    case gridRows = "grid_rows"
    case gridColumns = "grid_columns"
    case studentWhole = "student_whole"
    case studentExplained = "student_explained"
    case studentSimilarity = "student_similarity"
    case maskFrequency = "mask_frequency"
    case maskCount = "mask_count"
  }
}

extension PatchInspection {
  /// The same without what takes most of its bytes: similarities grow with the square of the patches.
  package var withoutSimilarities: PatchInspection {
    var less = self
    less.studentSimilarity = nil
    for place in less.teachers.indices { less.teachers[place].similarity = nil }
    return less
  }
}
