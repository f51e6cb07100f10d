import BlockGzip
import Cohort
import LinearAlgebra
import MixedModels

extension ModelPlan {
  /// The relationship matrix between a cohort's donors; nil without one.
  static func relationship(
    cohort: Cohort, options: ScanOptions
  ) throws(InputError) -> Matrix? {
    guard let path = options.kinshipPath else { return nil }
    let count = cohort.donorIDs.count
    let table = try RelationshipTable(
      path: path, donorIDs: cohort.donorIDs, requiresEndMarker: options.cohort.requiresEndMarker)
    let matrix = Matrix(rows: count, columns: count, elements: table.values)
    do throws(RelationshipFactor.Indefinite) {
      _ = try RelationshipFactor(matrix)
    } catch {
      throw InputError(
        "the relationship matrix is not positive semidefinite", path: path,
        found: "eigenvalues from \(error.smallestEigenvalue) to \(error.largestEigenvalue)",
        expected: "none below 0",
        advice: "estimate it from more variants, or add to its diagonal")
    }
    return matrix
  }

  /// The donors' term with a relationship's covariance: an intercept, and with `--kinship-slope` a
  /// slope.
  ///
  /// - Parameters:
  ///   - relationship: over the donors of `all`.
  ///   - cohort: those that the model has.
  static func kinshipTerm(
    _ relationship: Matrix, of all: Cohort, cohort: Cohort, timeCentre: Double,
    options: ScanOptions
  ) throws(ModelError) -> RandomTerm {
    let places = Dictionary(uniqueKeysWithValues: all.donorIDs.enumerated().map { ($1, $0) })
    let kept = cohort.donorIDs.compactMap { places[$0] }
    let own = Matrix(
      rows: kept.count, columns: kept.map { j in kept.map { relationship[$0, j] } })
    let factor: RelationshipFactor
    do throws(RelationshipFactor.Indefinite) {
      factor = try RelationshipFactor(own)
    } catch {
      throw ModelError("the relationship matrix is not positive semidefinite")
    }
    let ones = [Double](repeating: 1, count: cohort.sampleIDs.count)
    let time = cohort.time.map { $0 - timeCentre }
    return RandomTerm(
      group: ModelMatricesBuilder.donor,
      columns: Matrix(
        rows: ones.count, columns: options.kinshipSlope ? [ones, time] : [ones]),
      columnNames: options.kinshipSlope ? ["(Intercept)", "time"] : ["(Intercept)"],
      levelOfRow: cohort.donorOfSample, levelNames: cohort.donorIDs,
      relationship: factor.factor)
  }

  /// What the model has beyond one random term of one or two columns for the donors, one tested
  /// column and equal residual variances; nil where it has nothing.
  static func structure(
    _ matrices: ModelMatrices, columns: InteractionColumns, cohort: Cohort, timeCentre: Double,
    options: ScanOptions
  ) throws(ModelError) -> StructuredScan? {
    let isPlain =
      matrices.terms.isEmpty && columns.tested.count == 1
      && options.residualVariance == .homogeneous && options.weightsPath == nil
    guard !isPlain else { return nil }
    let residual = try residual(cohort, timeCentre: timeCentre, options: options)
    let design = StructuredDesign(
      terms: matrices.randomTerms, residual: .homogeneous(samples: cohort.sampleIDs.count))
    return StructuredScan(
      residual: residual,
      evaluationCost: design.evaluationCost(
        fixedCount: matrices.fixed.columns + matrices.genotype.columns),
      clusterCount: design.clusters.count)
  }

  /// How rows are made, for the manifest.
  func rowsText(_ options: ScanOptions) -> String {
    if let generalized {
      return "exact \(generalized.family.rawValue) refits of every pair by Laplace's approximation"
    }
    if options.refit == .none { return "null variances" }
    if let structure { return structure.rowsText }
    return options.criterion == .ml
      ? "exact refits of every pair"
      : "fast fits of every pair, with exact refits of pairs with p below 1e-3"
  }

  /// What a richer model's rows are, in sentences.
  func structureNotes(options: ScanOptions) -> [String] {
    var notes: [String] = []
    if let basis {
      notes.append(
        "\(basis.columns.count) columns are tested together: \(basis.columns.joined(separator: ", "))"
      )
      if let knots = basis.knots {
        notes.append(
          "knots of the natural spline of time at "
            + knots.map { "\($0)" }.joined(separator: ", ") + " (the outer two are its borders)")
      }
    }
    if structure != nil || generalized != nil {
      notes.append("rows are \(rowsText(options))")
    }
    return notes
  }

  private static func residual(
    _ cohort: Cohort, timeCentre: Double, options: ScanOptions
  ) throws(ModelError) -> ResidualVariance {
    if let name = options.residualVariance.column, name != "time", cohort.columns[name] == nil {
      throw ModelError(
        "--residual-variance names a column that is not there", found: "'\(name)'",
        expected: "time or one of \(cohort.columns.keys.joined(separator: ", "))")
    }
    switch options.residualVariance {
    case .homogeneous: return .homogeneous(samples: cohort.sampleIDs.count)
    case .exponential("time"):
      return .exponential(cohort.time.map { $0 - timeCentre })
    case .exponential(let name):
      guard case .numeric(let values)? = cohort.columns[name] else {
        throw ModelError(
          "--residual-variance exp: needs a numeric column", found: "'\(name)' holds text",
          expected: "numbers", advice: "use by:\(name) for an SD per level")
      }
      guard Set(values).count > 1 else {
        throw ModelError(
          "the residual's '\(name)' is constant, so its effect is not identifiable",
          advice: "leave --residual-variance out")
      }
      return .exponential(values)
    case .strata(let name):
      let labels: [String]
      switch name == "time" ? .numeric(cohort.time) : cohort.columns[name] {
      case .text(let values)?: labels = values
      case .numeric(let values)?: labels = values.map { $0.description }
      case nil: labels = []
      }
      let levels = Set(labels).sorted()
      guard levels.count > 1, 2 * levels.count <= labels.count else {
        throw ModelError(
          "--residual-variance by:\(name) needs a column with few levels",
          found: "\(levels.count) levels in \(labels.count) samples",
          expected: "two or more levels with several samples each",
          advice: "use exp:\(name) for an SD that changes with a number")
      }
      let places = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, $0) })
      return .strata(levelOfRow: labels.map { places[$0, default: 0] }, levelNames: levels)
    }
  }
}

/// A tested block's columns as functions of time.
package struct TimeBasisTable: Sendable, Codable {
  /// Names of the tested columns.
  package let columns: [String]
  /// Of a natural spline of time, in the sheet's unit, its borders included.
  package let knots: [Double]?
  /// One row per time of the cohort: the time, in the sheet's unit, and the columns there.
  package let values: [[Double]]

  /// nil where one column is tested or the columns are not functions of time alone.
  init?(
    _ matrices: ModelMatrices, columns: InteractionColumns, cohort: Cohort,
    basis: ScanOptions.TimeBasis
  ) {
    guard columns.tested.count > 1 else { return nil }
    if case .naturalSpline(let df) = basis {
      knots = Formula.splineKnots(cohort.time, degreesOfFreedom: df)
    } else {
      knots = nil
    }
    var rows: [Double: [Double]] = [:]
    for (sample, time) in cohort.time.enumerated() {
      let row = columns.tested.map { matrices.genotype[sample, $0] }
      guard rows[time, default: row] == row else { return nil }
      rows[time] = row
    }
    self.columns = columns.tested.map { matrices.genotypeNames[$0] }
    values = rows.keys.sorted().map { [$0] + rows[$0, default: []] }
  }

  /// The tested columns at the first and the last time.
  var ends: (first: [Double], last: [Double])? {
    guard let first = values.first, let last = values.last else { return nil }
    return (Array(first.dropFirst()), Array(last.dropFirst()))
  }
}
