import Measures

/// What every teacher and the student make of one picture of the preview set, patch by patch.
package struct TaskInspection: Equatable, Sendable {
  package struct TeacherView: Equatable, Sendable {
    package var name: String
    /// Three bytes a patch, their principal components.
    package var colors: [UInt8]
    package var explained: Double
    /// Cosine of the features of every two patches.
    package var similarity: PatchSimilarity?

    package init(name: String, colors: [UInt8], explained: Double, similarity: PatchSimilarity? = nil) {
      self.name = name
      self.colors = colors
      self.explained = explained
      self.similarity = similarity
    }
  }

  package var index: Int
  package var rows: Int
  package var columns: Int
  /// In the session's order.
  package var teachers: [TeacherView]
  /// The student's predictions in the components of the guidance's teacher.
  package var prediction: [UInt8]
  /// The student's features of the masked picture in components of their own.
  package var student: [UInt8]
  /// Whether they are of the whole picture, as the student has none of masked patches.
  package var studentSeesAll = false
  package var studentExplained: Double
  /// Cosine of the student's features of every two patches.
  package var studentSimilarity: PatchSimilarity?
  /// Attention of CLS in the student's last block, mean over heads, of each patch.
  package var attention: [Float]
  /// The objective of each patch, as if it were the only one that counts.
  package var loss: [Float]
  /// Part of the masks so far that cover each patch, 0...1, row-major; how many masks that were.
  package var maskFrequency: [Float]
  package var maskCount: Int

  package init(
    index: Int, rows: Int, columns: Int, teachers: [TeacherView], prediction: [UInt8], student: [UInt8],
    studentExplained: Double, studentSimilarity: PatchSimilarity? = nil, attention: [Float], loss: [Float],
    maskFrequency: [Float], maskCount: Int
  ) {
    self.index = index
    self.rows = rows
    self.columns = columns
    self.teachers = teachers
    self.prediction = prediction
    self.student = student
    self.studentExplained = studentExplained
    self.studentSimilarity = studentSimilarity
    self.attention = attention
    self.loss = loss
    self.maskFrequency = maskFrequency
    self.maskCount = maskCount
  }
}
