import LinearAlgebra

/// A generalised linear mixed model of counts or of binary outcomes, ready to be fitted.
public struct GeneralizedLinearMixedModel: Sendable {
  /// The model as written.
  public let formula: Formula
  /// How it is fitted.
  public let options: GeneralizedModelOptions
  /// The data, with what the columns took from them.
  let frame: ModelFrame
  let response: GeneralizedResponse
  let offset: [Double]
  /// Samples × p, in the user's units.
  let fixed: Matrix
  /// Names of the fixed columns, as R has them.
  public let fixedNames: [String]
  let basis: OrthonormalBasis
  let parts: [RandomTermsBuilder.Part]
  let terms: [RandomTerm]
  let origins: [RandomTermOrigin]
  /// The fit without random effects.
  private let start: GeneralizedLinearModel.Fit
  /// What a user should know before trusting the fit.
  public let warnings: [String]

  /// - Parameters:
  ///   - formula: the model.
  ///   - given: the variables of the formula and the options, none missing.
  ///   - options: the family and how it is fitted.
  /// - Throws: `ModelError` for variables that are not there, for responses that are not of the family, for
  ///   terms that the data cannot identify and for fixed effects that separate the outcomes.
  public init(
    _ formula: Formula, frame given: ModelFrame, options: GeneralizedModelOptions
  ) throws(ModelError) {
    self.formula = formula
    self.options = options
    let coded = try CodedModel(
      formula, frame: given, offset: options.offset,
      strata: options.groupCovariance.map { [.by($0)] } ?? [])
    let frame = coded.frame
    self.frame = frame
    offset = coded.offset
    fixed = coded.fixed.matrix
    fixedNames = coded.fixed.names
    parts = coded.parts
    let response = try GeneralizedResponse(formula, frame: frame, options: options)
    self.response = response
    let groups = try GroupCovariance(options.groupCovariance, frame: frame)
    (terms, origins) = try groups.terms(parts)
    let checks = MixedModelChecks(
      formula: formula, frame: frame, fixed: coded.fixed, parts: parts, groups: groups,
      hasResidual: options.family == .binomial && response.areTrials)
    basis = try checks.check()
    warnings = checks.warnings()
    guard options.quadraturePoints == 1 || terms.count == 1 && terms[0].columns.columns == 1 else {
      throw ModelError(
        "quadrature is of one random effect a level",
        found: formula.random.map { "(\($0.text))" }.joined(separator: " + ")
          + (options.groupCovariance.map { " with covariances by '\($0)'" } ?? ""),
        expected: "one scalar term such as (1 | subject)",
        advice: "leave --agq out: Laplace's approximation takes any random part")
    }
    let plain = GeneralizedLinearModel(
      family: options.family, response: response.values, sizes: response.sizes, offset: offset,
      columns: fixed, basis: basis)
    start = plain.fit()
    guard let first = response.values.first, response.values.contains(where: { $0 != first })
    else {
      var error = ModelError(
        "the response has one value, so that nothing can be told of it",
        found: ModelFrame.levelText(response.values.first ?? .nan) + " in every row",
        expected: "a response that varies", advice: "check the column")
      error.variables = formula.responseVariables
      throw error
    }
    if case .separated(let separation) = start.status {
      throw Self.refusal(separation, columns: coded.fixed, response: formula)
    }
  }

  private static func refusal(
    _ separation: Separation, columns: FixedColumns, response: Formula
  ) -> ModelError {
    let names = separation.columns.map { columns.names[$0] }
    var error = ModelError(
      (separation.isComplete ? "complete" : "quasi-complete")
        + " separation: fixed effects tell outcomes without error, so that no finite estimates exist",
      found: "the likelihood rises for ever along \(names.joined(separator: ", "))",
      expected: "both outcomes on both sides of every combination of fixed effects",
      advice: "leave one of them out, join levels of a factor, or get more data")
    error.variables = separation.columns.reduce(into: []) {
      $0.formUnion(columns.variables[$1])
    }
    return error
  }

  /// Number of observations.
  public var observationCount: Int { response.values.count }

  /// The grouping factors in the order of the formula, with their numbers of levels.
  public var groups: [(name: String, levels: Int)] { parts.groups }

  /// The variables that a row must have to be predicted.
  public var predictionVariables: Set<String> {
    var names = formula.fixedVariables
    for part in formula.random { names.formUnion(part.variables) }
    for name in [options.offset, options.groupCovariance] { if let name { names.insert(name) } }
    return names
  }

  /// Of a response that is text: the level that counts as success.
  public var success: String? { response.success }

  var fixedPart: FixedEffectsPart {
    FixedEffectsPart(
      formula: formula, frame: frame, basis: basis,
      meanOffset: offset.reduce(0, +) / Double(offset.count))
  }

  /// What is fitted, but for the fixed columns.
  var responses: GeneralizedResponses {
    GeneralizedResponses(
      family: options.family, values: response.values, sizes: response.sizes, offset: offset,
      terms: terms, quadraturePoints: options.quadraturePoints)
  }

  /// Fits the model at its best optimum.
  public func fit() -> GeneralizedLinearMixedFit {
    GeneralizedLinearMixedFit(model: self, engine: responses.optimum(fixed, start: start))
  }
}
