import LinearAlgebra

/// A linear mixed model of one response, ready to be fitted: any random parts, residual variances,
/// weights; no genotypes.
public struct LinearMixedModel: Sendable {
  /// The model as written.
  public let formula: Formula
  /// How it is fitted.
  public let options: LinearModelOptions
  /// The data, with what the columns took from them.
  let frame: ModelFrame
  /// The response less the offset.
  let response: [Double]
  let offset: [Double]
  /// Samples × p, in the user's units.
  let fixed: Matrix
  /// Names of the fixed columns, as R has them.
  public let fixedNames: [String]
  let basis: OrthonormalBasis
  /// Coefficients of the response by least squares, along the basis, and what they leave. That is what
  /// is fitted: sums of squares of a response far from 0 would leave nothing of its residuals.
  let projection: [Double]
  let remainder: [Double]
  let parts: [RandomTermsBuilder.Part]
  package internal(set) var terms: [RandomTerm]
  var origins: [RandomTermOrigin]
  /// Without the power of fitted values, which depends on the fit.
  let residual: ResidualVariance
  /// What a user should know before trusting the fit.
  public let warnings: [String]

  /// - Parameter frame: the variables of the formula and the options, none missing.
  /// - Throws: `ModelError` for variables that are not there and for terms that the data cannot
  ///   identify.
  public init(
    _ formula: Formula, frame: ModelFrame, options: LinearModelOptions = LinearModelOptions()
  ) throws(ModelError) {
    precondition(
      options.degreesOfFreedom.isDefined(for: options.criterion),
      "\(options.degreesOfFreedom) with \(options.criterion)")
    self.formula = formula
    self.options = options
    guard frame.rowCount > 0 else {
      throw ModelError("no row has all values of the model", advice: "see which columns are NA")
    }
    guard !formula.random.isEmpty else {
      throw ModelError(
        "the model needs a random part", found: "'\(formula.text)'",
        expected: "a term such as (1 + time | patient)")
    }
    var frame = frame
    try frame.code(formula)
    frame.subjects = try Self.subjects(formula, frame: frame)
    frame.bases = try CodingBases(formula, frame: frame)
    for case .by(let name) in options.residual + (options.groupCovariance.map { [.by($0)] } ?? []) {
      frame.bases.residualLevels[name] = try VariableCoding.orderedLevels(name, frame: frame)
    }
    for name in frame.referenceLevels.keys.sorted()
    where frame.bases.levels[name] == nil && frame.bases.residualLevels[name] == nil {
      var error = ModelError(
        "--reference names a variable that is no factor of the model", found: "'\(name)'",
        expected: "a factor with contrasts", advice: "write factor(\(name)) in the formula")
      error.variables = [name]
      throw error
    }
    self.frame = frame
    offset =
      try options.offset.map { name throws(ModelError) in try frame.numeric(name) }
      ?? [Double](repeating: 0, count: frame.rowCount)
    response = zip(try Self.response(formula, frame: frame), offset).map { $0 - $1 }
    let coded = try FixedColumns(formula, frame: frame)
    fixed = coded.matrix
    fixedNames = coded.names
    var parts: [RandomTermsBuilder.Part] = []
    for part in formula.random {
      parts.append(try RandomTermsBuilder(frame: frame, donorOfSample: []).part(part))
    }
    self.parts = parts
    let groups = try GroupCovariance(options.groupCovariance, frame: frame)
    (terms, origins) = try groups.terms(parts)
    residual = try ResidualBuilder(frame: frame, options: options, subjects: frame.subjects ?? [])
      .residual()
    let checks = LinearModelChecks(
      formula: formula, frame: frame, fixed: coded, parts: parts, groups: groups)
    basis = try checks.check()
    projection = basis.q.transposed * response
    remainder = zip(response, basis.q * projection).map { $0 - $1 }
    warnings = checks.warnings()
  }

  /// Number of observations.
  public var observationCount: Int { response.count }

  /// The grouping factors in the order of the formula, with their numbers of levels.
  public var groups: [(name: String, levels: Int)] {
    var seen: Set<String> = []
    return parts.compactMap { part in
      seen.insert(part.group).inserted ? (part.group, part.levelNames.count) : nil
    }
  }

  /// The subject of every row: the level of the grouping factor that has the most.
  private static func subjects(
    _ formula: Formula, frame: ModelFrame
  ) throws(ModelError) -> [String] {
    var finest: FactorCodes?
    for names in formula.groupings {
      let codes = try RandomTermsBuilder(frame: frame, donorOfSample: []).codes(names)
      if codes.names.count > finest?.names.count ?? 0 { finest = codes }
    }
    return finest?.labels ?? []
  }

  private static func response(
    _ formula: Formula, frame: ModelFrame
  ) throws(ModelError) -> [Double] {
    let values = try Arithmetic(frame: frame).evaluate(formula.responseExpression)
    if let row = values.firstIndex(where: { !$0.isFinite }) {
      var error = ModelError(
        "the response '\(formula.response)' is not finite",
        found: values[row].isNaN ? "nan" : "\(values[row])",
        expected: "a finite number in every row",
        advice: "check the domain of the function, e.g. log of 0")
      error.variables = formula.responseVariables
      error.row = row
      throw error
    }
    // Sums of squares must neither overflow nor vanish.
    if let row = values.indices.max(by: { abs(values[$0]) < abs(values[$1]) }),
      values[row] != 0, !(1e-100...1e100).contains(abs(values[row]))
    {
      var error = ModelError(
        "the response's largest value is out of range", found: "\(values[row])",
        expected: "from 1e-100 to 1e100 in size", advice: "use another unit")
      error.variables = formula.responseVariables
      error.row = row
      throw error
    }
    return values
  }
}

/// The columns of a formula's fixed part.
struct FixedColumns: Sendable {
  var names: [String] = []
  /// The variables each column is made of.
  var variables: [Set<String>] = []
  var matrix: Matrix

  init(_ formula: Formula, frame: ModelFrame) throws(ModelError) {
    var columns: [[Double]] = []
    let coder = TermCoder(frame: frame, model: formula.fixed)
    for term in formula.fixed {
      let (termNames, termColumns) = try coder.code(term, within: term)
      names += termNames
      variables += termNames.map { _ in term.variables }
      columns += termColumns
    }
    matrix = Matrix(rows: frame.rowCount, columns: columns)
  }
}

extension LinearMixedModel {
  /// The variables that a row must have to be predicted.
  public var predictionVariables: Set<String> {
    var names = formula.fixedVariables
    for part in formula.random { names.formUnion(part.variables) }
    for name in [options.offset, options.groupCovariance] { if let name { names.insert(name) } }
    names.formUnion(options.residual.compactMap(\.variable))
    return names
  }

  /// The number along which subjects move: the variable of the first random slope of the subjects'
  /// part; nil where there is none.
  public var timeVariable: String? {
    let part = formula.random[finestPart]
    return part.orderedVariables.first { name in
      if case .numeric? = frame.columns[name] { true } else { false }
    }
  }

  /// 0 without an offset.
  var meanOffset: Double { offset.reduce(0, +) / Double(offset.count) }

  /// The subject of every row: the level of the grouping factor that has the most.
  public var subjects: [String] { frame.subjects ?? [] }

  /// The names whose combinations are the subjects.
  public var subjectGrouping: [String] { formula.groupings[finestPart] }

  /// The criterion with the fixed columns in place.
  func makeCriterion(_ residual: ResidualVariance) -> any LikelihoodCriterion {
    let design = StructuredDesign(
      terms: terms, residual: residual.standardised().residual, isOutline: true)
    let criterion = design.criterion(options.criterion, fixedCount: basis.q.columns)
    criterion.load(basis.q, at: 0)
    return criterion
  }

  /// The criterion that has Kenward and Roger's adjustment, with the fixed columns in place.
  func extendedCriterion(_ design: StructuredDesign) -> StructuredCriterion {
    let criterion = StructuredCriterion(
      design: design, criterion: options.criterion, fixedCount: basis.q.columns,
      isExtended: false)
    criterion.load(basis.q, at: 0)
    return criterion
  }
}
