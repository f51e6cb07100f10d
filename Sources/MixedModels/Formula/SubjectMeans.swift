/// Means of a time-varying variable by subject, for `within(x)` = x − its subject's mean and
/// `between(x)` = that mean: one splits an effect into what happens within subjects and what differs
/// between them (Enders & Tofighi 2007, doi:10.1037/1082-989X.12.2.121).
enum SubjectMeans {
  /// What `within( )` and `between( )` of one variable and grouping share.
  static func key(_ arguments: [FormulaExpression.Argument]) -> String {
    arguments.map(\.value.text).joined(separator: ", ")
  }

  /// The mean of every sample's subject. Subjects the model was fitted with keep the mean they had
  /// there; others have that of the rows that count (`centringRows`).
  static func expand(
    _ whole: FormulaExpression, _ arguments: [FormulaExpression.Argument], values: [Double],
    frame: ModelFrame
  ) throws(ModelError) -> [Double] {
    let subjects = try subjects(whole, arguments, frame: frame)
    let counted = frame.centringRows ?? values.count
    let own = means(values.prefix(counted), subjects.prefix(counted))
    let known = frame.bases.subjectMeans[key(arguments)] ?? [:]
    return zip(subjects, values).map { known[$0] ?? own[$0] ?? $1 }
  }

  /// The means by subject.
  static func table(
    _ whole: FormulaExpression, _ arguments: [FormulaExpression.Argument], frame: ModelFrame
  ) throws(ModelError) -> [String: Double] {
    let values = try Arithmetic(frame: frame).evaluate(arguments[0].value)
    return means(values, try subjects(whole, arguments, frame: frame))
  }

  private static func means(
    _ values: some Sequence<Double>, _ subjects: some Sequence<String>
  ) -> [String: Double] {
    var sums: [String: (sum: Double, count: Double)] = [:]
    for (value, subject) in zip(values, subjects) {
      let old = sums[subject, default: (0, 0)]
      sums[subject] = (old.sum + value, old.count + 1)
    }
    return sums.mapValues { $0.sum / $0.count }
  }

  private static func subjects(
    _ whole: FormulaExpression, _ arguments: [FormulaExpression.Argument], frame: ModelFrame
  ) throws(ModelError) -> [String] {
    if arguments.count == 2, case .name(let name) = arguments[1].value {
      return try RandomTermsBuilder(frame: frame, donorOfSample: []).labels([name])
    }
    guard arguments.count == 1, let subjects = frame.subjects else {
      throw ModelError(
        "no subjects to centre by", found: "'\(whole.text)'",
        expected: "within(x, subject) or between(x, subject)",
        advice: "name the grouping factor as the second argument")
    }
    return subjects
  }
}
