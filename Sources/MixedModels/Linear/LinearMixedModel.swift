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

  /// - Parameters:
  ///   - formula: the model.
  ///   - given: the variables of the formula and the options, none missing.
  ///   - options: how it is fitted.
  /// - Throws: `ModelError` for variables that are not there and for terms that the data cannot
  ///   identify.
  public init(
    _ formula: Formula, frame given: ModelFrame,
    options: LinearModelOptions = LinearModelOptions()
  ) throws(ModelError) {
    precondition(
      options.degreesOfFreedom.isDefined(for: options.criterion),
      "\(options.degreesOfFreedom) with \(options.criterion)")
    self.formula = formula
    self.options = options
    let coded = try CodedModel(
      formula, frame: given, offset: options.offset,
      strata: options.residual + (options.groupCovariance.map { [.by($0)] } ?? []))
    let frame = coded.frame
    self.frame = frame
    offset = coded.offset
    parts = coded.parts
    fixed = coded.fixed.matrix
    fixedNames = coded.fixed.names
    response = zip(try Self.response(formula, frame: frame), offset).map { $0 - $1 }
    let groups = try GroupCovariance(options.groupCovariance, frame: frame)
    (terms, origins) = try groups.terms(parts)
    residual = try ResidualBuilder(frame: frame, options: options, subjects: frame.subjects ?? [])
      .residual()
    let checks = MixedModelChecks(
      formula: formula, frame: frame, fixed: coded.fixed, parts: parts, groups: groups)
    basis = try checks.check()
    projection = basis.q.transposed * response
    remainder = zip(response, basis.q * projection).map { $0 - $1 }
    warnings = checks.warnings()
  }

  /// Number of observations.
  public var observationCount: Int { response.count }

  /// The grouping factors in the order of the formula, with their numbers of levels.
  public var groups: [(name: String, levels: Int)] { parts.groups }

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

  var fixedPart: FixedEffectsPart {
    FixedEffectsPart(
      formula: formula, frame: frame, basis: basis,
      meanOffset: offset.reduce(0, +) / Double(offset.count))
  }

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
