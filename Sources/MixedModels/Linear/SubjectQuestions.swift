/// Rows of subjects: what was measured, then, subject by subject, what is asked about.
package struct SubjectQuestions: Sendable {
  /// The measured rows, then those asked about; with a grouping column that names no subject of a
  /// fit.
  package var frame: ModelFrame
  /// Of the measured rows.
  package var responses: [Double]
  /// By subject: its measured rows.
  package var rows: [[Int]]
  /// Rows asked about, of every subject.
  package var askedCount: Int

  package init(frame: ModelFrame, responses: [Double], rows: [[Int]], askedCount: Int) {
    self.frame = frame
    self.responses = responses
    self.rows = rows
    self.askedCount = askedCount
  }
}
