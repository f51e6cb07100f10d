import LinearAlgebra

/// What a subject's own measurements say of functions of its trajectory, at given parameters.
package struct SubjectMoments: Sendable {
  /// Of every function: its mean given the subject's measurements.
  package var means: [Double]
  /// Of the functions together, given the same.
  package var covariance: Matrix
  /// By least squares of the subject's measurements alone; NaN where they do not determine it.
  package var own: [Double]
  /// The residual SD at every row asked about.
  package var deviations: [Double]
}

extension LinearMixedFit {
  /// The conditional moments of functions of every subject's trajectory: with D and β̂ of this fit,
  /// b | y ~ N(DZ'V⁻¹(y − Xβ̂), D − DZ'V⁻¹ZD) (Laird & Ware 1982, doi:10.2307/2529876).
  ///
  /// Subjects need not be those of the fit: each is told by its own rows.
  ///
  /// - Precondition: all random terms are grouped by the subjects, the residual SD does not depend on
  ///   fitted values.
  /// - Throws: `ModelError` for levels that the fit has not seen, and effects that it has not.
  package func moments(
    of functions: [TrajectoryFunction], _ questions: SubjectQuestions
  ) throws(ModelError) -> [SubjectMoments] {
    let measured = questions.responses.count
    var frame = questions.frame
    frame.centringRows = measured
    let rows = try NewRows(
      model, frame: frame,
      responses: questions.responses
        + [Double](repeating: .nan, count: frame.rowCount - measured))
    let subjects = try SubjectFrame(self, rows: rows, functions: functions)
    return questions.rows.indices.map { subject in
      let first = measured + subject * questions.askedCount
      return subjects.moments(
        of: questions.rows[subject], asked: Array(first..<(first + questions.askedCount)))
    }
  }

  /// The residual's correlation of two times, for serial correlation.
  var serialParameter: Double? {
    guard residual.serial != nil, let engine else { return nil }
    return units.parameters(engine.phi).last
  }

  /// log SD of the residual less that of its covariates, and their slopes.
  var residualParameterValues: [Double] {
    engine.map { units.parameters($0.phi) } ?? []
  }
}
