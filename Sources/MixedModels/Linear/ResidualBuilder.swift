import Glibc
import LinearAlgebra

/// Turns a model's residual options into covariates of the residual's SD, over the data or over rows
/// to predict.
struct ResidualBuilder {
  let frame: ModelFrame
  let options: LinearModelOptions
  /// By row, for serial correlation.
  let subjects: [String]

  /// Of the data a model is fitted on.
  ///
  /// - Throws: `ModelError` for variables that cannot serve.
  func residual() throws(ModelError) -> ResidualVariance {
    var residual = ResidualVariance.homogeneous(samples: frame.rowCount, weights: try weights())
    for model in models { residual = residual.combined(with: try part(model)) }
    if let name = residual.dependentName {
      var error = ModelError(
        "the residual's '\(name)' is not identifiable beside the other parts of its variance",
        found: "a combination of them", expected: "variables that vary independently",
        advice: "leave one of them out of --residual-variance")
      error.variables = Set(models.compactMap(\.variable))
      throw error
    }
    if let model = models.first(where: { if case .serial = $0 { true } else { false } }),
      let name = model.variable
    {
      residual.serial = try serial(name)
    }
    return residual
  }

  /// The option's models and that of groups; the power of fitted values is left out.
  private var models: [ResidualModel] {
    var all = options.residual
    if let group = options.groupCovariance, !all.contains(.by(group)) { all.append(.by(group)) }
    return all
  }

  /// Precision weights; nil where all are 1.
  func weights() throws(ModelError) -> [Double]? {
    guard let name = options.weights else { return nil }
    let weights = try frame.numeric(name)
    if let row = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      var error = ModelError(
        "a weight that is not positive", found: weights[row].isNaN ? "NA" : "\(weights[row])",
        expected: "positive numbers", advice: "leave rows without information out")
      error.variables = [name]
      error.row = row
      throw error
    }
    return weights
  }

  /// Covariates x of log SD = log σ + Σ φx, one list per parameter.
  func covariates(_ model: ResidualModel) throws(ModelError) -> [[Double]] {
    switch model {
    case .serial, .powerOfFitted: return []
    case .exponential(let name): return [try frame.numeric(name)]
    case .power(let name):
      let values = try frame.numeric(name)
      if let row = values.firstIndex(of: 0) {
        throw error(
          "--residual-variance power:\(name) has no SD where '\(name)' is 0",
          found: "'\(name)' of 0", expected: "numbers other than 0", name, row: row,
          advice: "use exp:\(name)")
      }
      return [values.map { log(abs($0)) }]
    case .by(let name):
      let levels = try levels(name)
      let labels = try RandomTermsBuilder(frame: frame, donorOfSample: []).labels([name])
      if let row = labels.firstIndex(where: { !levels.contains($0) }) {
        throw error(
          "a level of '\(name)' that has no residual SD", found: "'\(labels[row])'",
          expected: "one of \(levels.joined(separator: ", "))", name, row: row)
      }
      return levels.dropFirst().map { level in labels.map { $0 == level ? 1 : 0 } }
    }
  }

  /// Covariates of all models but the power of fitted values.
  func covariates() throws(ModelError) -> [[Double]] {
    var all: [[Double]] = []
    for model in models { all += try covariates(model) }
    return all
  }

  private func levels(_ name: String) throws(ModelError) -> [String] {
    if let known = frame.bases.residualLevels[name] { return known }
    return try VariableCoding.orderedLevels(name, frame: frame)
  }

  private func part(_ model: ResidualModel) throws(ModelError) -> ResidualVariance {
    let columns = try covariates(model)
    let matrix = Matrix(rows: frame.rowCount, columns: columns)
    switch model {
    case .serial, .powerOfFitted: return .homogeneous(samples: frame.rowCount)
    case .exponential(let name):
      try checkVaries(columns[0], "exp", name)
      return .exponential(columns[0])
    case .power(let name):
      try checkVaries(columns[0], "power", name)
      // The covariate is log |x| already.
      return ResidualVariance(covariates: matrix, covariateNames: ["power"], areRatios: [false])
    case .by(let name):
      let levels = try levels(name)
      let labels = try RandomTermsBuilder(frame: frame, donorOfSample: []).labels([name])
      for level in levels where labels.count(where: { $0 == level }) < 2 || levels.count < 2 {
        throw error(
          "the residual SD of \(name) = \(level) cannot be told",
          found: levels.count < 2 ? "one level" : "one row of it",
          expected: "two or more levels with several rows each", name,
          row: levels.count < 2 ? nil : labels.firstIndex(of: level),
          advice: "leave by:\(name) out")
      }
      return ResidualVariance(
        covariates: matrix, covariateNames: levels.dropFirst().map { "ratio:\($0)" },
        areRatios: levels.dropFirst().map { _ in true })
    }
  }

  private func checkVaries(
    _ values: [Double], _ kind: String, _ name: String
  ) throws(ModelError) {
    guard Set(values).count > 1 else {
      throw error(
        "the residual's '\(name)' is constant, so its effect is not identifiable",
        found: "one value", expected: "a variable that varies", name,
        advice: "leave \(kind):\(name) out")
    }
  }

  private func serial(_ name: String) throws(ModelError) -> SerialCorrelation {
    let times = try frame.numeric(name)
    let names = Set(subjects).sorted()
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var seen: Set<[String]> = []
    for (row, subject) in subjects.enumerated()
    where !seen.insert([subject, "\(times[row])"]).inserted {
      throw error(
        "two rows of one subject at one time: their residuals would have correlation 1",
        found: "'\(subject)' at \(name) = \(times[row]) twice", expected: "different times", name,
        advice: "use another time, or leave ar1:\(name) out")
    }
    guard names.count < subjects.count else {
      throw error(
        "every subject has one row, so a serial correlation is not identifiable",
        found: "\(names.count) subjects", expected: "several rows of most subjects", name,
        advice: "leave ar1:\(name) out")
    }
    let numbers = subjects.map { places[$0, default: 0] }
    return SerialCorrelation(
      subjectOfRow: numbers, times: times,
      allowsNegative: SerialCorrelation.hasIntegerGaps(subjectOfRow: numbers, times: times))
  }

  private func error(
    _ what: String, found: String, expected: String, _ name: String, row: Int? = nil,
    advice: String? = nil
  ) -> ModelError {
    var error = ModelError(what, found: found, expected: expected, advice: advice)
    error.variables = [name]
    error.row = row
    return error
  }
}
