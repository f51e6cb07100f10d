import BlockGzip
import Cohort
import LinearAlgebra
import MixedModels

/// The model of a scan: the formula as fitted, its matrices over all samples, and what is tested.
package struct ModelPlan: Sendable {
  /// The formula as fitted.
  package let formula: Formula
  package let matrices: ModelMatrices
  /// Subtracted from every time.
  package let timeCentre: Double
  package let columns: InteractionColumns
  /// What the model has beyond the shape of charts and lanes; nil where it has that shape.
  package internal(set) var structure: StructuredScan?
  /// Of counts and binary outcomes; nil for Gaussian expression.
  package let generalized: GeneralizedScan?
  /// Where several columns are tested: those columns at every time of the cohort, to put an
  /// allele's effect at a time together from a row.
  package let basis: TimeBasisTable?
  /// The cohort, without samples dropped for missing covariates.
  package let cohort: Cohort
  package let notes: [String]

  /// Whether donors have random slopes of their own.
  package var hasDonorSlopes: Bool {
    matrices.randomTerms.contains { term in
      term.group == ModelMatricesBuilder.donor && term.columnNames.contains { $0 != "(Intercept)" }
    }
  }

  /// Builds the model and checks that the data can identify it.
  ///
  /// - Throws: `InputError` for unknown names, missing covariates and unidentifiable models.
  package init(cohort: Cohort, options: ScanOptions) throws(InputError) {
    let relationship = try Self.relationship(cohort: cohort, options: options)
    do throws(ModelError) {
      let formula = try Self.formula(cohort: cohort, options: options)
      var notes: [String] = []
      let used = try Self.complete(
        cohort, formula: formula, options: options, notes: &notes)
      try Self.checkReferences(options.referenceLevels, cohort: used)
      let builder = TimeCentring(
        cohort: used, formula: formula, referenceLevels: options.referenceLevels)
      var (centre, matrices) = try builder.resolve(options.timeCentre)
      if let relationship {
        matrices.terms =
          matrices.namedRandomTerms(donors: used.donorIDs) + [
            try Self.kinshipTerm(
              relationship, of: cohort, cohort: used, timeCentre: centre, options: options)
          ]
      }
      try IdentifiabilityCheck(matrices, group: "donor").check()
      try GroupTimeCheck(cohort: used, formula: formula).check()
      self.formula = formula
      self.matrices = matrices
      self.cohort = used
      self.notes = notes
      timeCentre = centre
      columns = try Self.testedColumns(matrices, formula: formula)
      generalized = try GeneralizedScan(cohort: used, options: options)
      structure =
        options.family != nil
        ? nil
        : try Self.structure(
          matrices, columns: columns, cohort: used, timeCentre: centre, options: options)
      basis = TimeBasisTable(
        matrices, columns: columns, cohort: used, basis: options.timeBasis)
    } catch {
      throw InputError(
        error.what, path: Self.path(of: error, cohort: cohort, options: options),
        found: error.found, expected: error.expected, advice: error.advice)
    }
  }

  /// The file (or flag) a model's error is about.
  private static func path(
    of error: ModelError, cohort: Cohort, options: ScanOptions
  ) -> String {
    let paths = error.variables.compactMap { cohort.columnPaths[$0] }
    return paths.min() ?? (options.formula == nil ? cohort.sheetPath : "--formula")
  }

  // MARK: Formula

  private static func formula(
    cohort: Cohort, options: ScanOptions
  ) throws(ModelError) -> Formula {
    var formula = try Formula(options.formula ?? defaultFormula(cohort: cohort, options: options))
    if let random = options.random { formula = try formula.replacingRandom(with: random) }
    if let nested = options.nested {
      formula = try formula.addingRandom("(1 | \(Formula.quoted(nested)))")
    }
    if options.timeBasis != .linear {
      formula = try formula.replacingFixed(variable: "time", by: options.timeBasis.text)
    }
    guard formula.response == "expression" else {
      throw ModelError(
        "the response of a scan's formula is the expression matrix",
        found: "'\(formula.response)'", expected: "'expression ~ …'")
    }
    return formula
  }

  /// `expression ~ time * genotype + covariates + donor-level covariates:time + (1 + time | donor)`.
  static func defaultFormula(cohort: Cohort, options: ScanOptions) -> String {
    let quoted = Formula.quoted
    var terms = ["time * genotype"] + cohort.covariateNames.map(quoted)
    switch options.covariateByTime {
    case .none: break
    case .all: terms += cohort.covariateNames.map { quoted($0) + ":time" }
    case .donor:
      terms += cohort.covariateNames.filter(cohort.donorLevelCovariates.contains)
        .map { quoted($0) + ":time" }
    }
    return "expression ~ \(terms.joined(separator: " + ")) + (1 + time | donor)"
  }

  /// The cohort with every variable of the formula known in every sample.
  private static func complete(
    _ cohort: Cohort, formula: Formula, options: ScanOptions, notes: inout [String]
  ) throws(ModelError) -> Cohort {
    let builtIn: Set<String> = ["expression", "genotype", "time", "donor"]
    var dropped: Set<String> = []
    let used = formula.variables.union(
      [options.residualVariance.column, options.offset].compactMap(\.self))
    for name in used.subtracting(builtIn).sorted() {
      guard cohort.columns[name] != nil else {
        let known = Array(cohort.columns.keys)
        throw ModelError(
          "the formula uses a variable that is not there", found: "'\(name)'",
          expected: "one of genotype, time, donor"
            + known.map { ", \($0)" }.joined(),
          advice: "add the column to the sample sheet or give it with --cov")
      }
      let missing = cohort.missingSamples(in: name)
      guard !missing.isEmpty else { continue }
      guard options.cohort.missingCovariates == .drop else {
        var error = ModelError(
          "the covariate '\(name)' has missing values",
          found: "NA for \(InputError.list(missing))",
          expected: "a value for every expression sample",
          advice: "complete it, or drop those samples with --missing-covariates drop")
        error.variables = [name]
        throw error
      }
      notes.append("\(missing.count) samples dropped: '\(name)' is missing")
      dropped.formUnion(missing)
    }
    guard !dropped.isEmpty else { return cohort }
    return cohort.dropping(
      samples: Set(cohort.sampleIDs.indices.filter { dropped.contains(cohort.sampleIDs[$0]) }))
  }

  private static func checkReferences(
    _ levels: [String: String], cohort: Cohort
  ) throws(ModelError) {
    for name in levels.keys.sorted() where cohort.columns[name] == nil {
      throw ModelError(
        "--reference names a column that is not there", found: "'\(name)'",
        expected: "one of \(cohort.columns.keys.joined(separator: ", "))")
    }
  }

  /// The genotype columns that are reported: the main effect and the one with time.
  private static func testedColumns(
    _ matrices: ModelMatrices, formula: Formula
  ) throws(ModelError) -> InteractionColumns {
    let names = matrices.genotypeNames
    let tested = matrices.testedColumns
    guard !tested.isEmpty else {
      throw ModelError(
        "the formula has no term that holds genotype together with time",
        found: names.isEmpty ? formula.text : "only \(names.joined(separator: ", "))",
        expected: "a term such as time * genotype")
    }
    return InteractionColumns(
      genotype: names.firstIndex(of: "genotype"), tested: tested,
      time: matrices.fixedNames.firstIndex(of: "time"))
  }
}
