import Cohort
import LinearAlgebra
import MixedModels

/// Chooses the time centre and builds the model matrices with it.
struct TimeCentring {
  let cohort: Cohort
  let formula: Formula
  let referenceLevels: [String: String]

  /// The centre and the matrices.
  func resolve(
    _ wish: ScanOptions.TimeCentre
  ) throws(ModelError) -> (centre: Double, matrices: ModelMatrices) {
    let mean = cohort.time.reduce(0, +) / Double(cohort.time.count)
    switch wish {
    case .value(let centre): return (centre, try matrices(centre: centre))
    case .mean: return (mean, try matrices(centre: mean))
    case .first:
      let first = cohort.time.min() ?? 0
      return (first, try matrices(centre: first))
    case .automatic:
      let raw = try matrices(centre: 0)
      // A function of time may not be defined below the mean, e.g. log(time): then 0 it is.
      guard let centred = try? matrices(centre: mean), Self.isSameModel(raw, centred) else {
        return (0, raw)
      }
      return (mean, centred)
    }
  }

  /// Whether two sets of matrices describe the same model: equal column spaces of the fixed and
  /// genotype parts, and a random part that shifting time does not change (equal spaces under an
  /// unstructured covariance, equal columns otherwise).
  static func isSameModel(_ one: ModelMatrices, _ other: ModelMatrices) -> Bool {
    guard spans(one.fixed, other.fixed), spans(one.genotype, other.genotype) else { return false }
    return zip(one.randomTerms, other.randomTerms).allSatisfy { spans($0.columns, $1.columns) }
  }

  /// Whether every column of `other` lies in the column space of `matrix`.
  private static func spans(_ matrix: Matrix, _ other: Matrix) -> Bool {
    // Dependent columns are refused later, by name; for them 0 is as good as any centre.
    guard let basis = try? OrthonormalBasis(matrix) else { return false }
    let residual = basis.q * (basis.q.transposed * other)
    return (0..<other.columns).allSatisfy { column in
      var length = 0.0
      var distance = 0.0
      for row in 0..<other.rows {
        let value = other[row, column]
        length += value * value
        distance += (value - residual[row, column]) * (value - residual[row, column])
      }
      // The tolerance of the rank decision.
      return distance <= 1e-14 * length
    }
  }

  private func matrices(centre: Double) throws(ModelError) -> ModelMatrices {
    try ModelMatricesBuilder(formula: formula, frame: frame(centre: centre))
      .build(donorOfSample: cohort.donorOfSample)
  }

  /// The variables of the formula.
  ///
  /// - Parameter time: one for all samples in the sheet's unit; nil for their own.
  func frame(centre: Double, time: Double? = nil) -> ModelFrame {
    var columns: [String: ModelFrame.Column] = [
      "time": .numeric(cohort.time.map { (time ?? $0) - centre }),
      "donor": .text(cohort.donorOfSample.map { cohort.donorIDs[$0] }),
    ]
    for (name, column) in cohort.columns {
      switch column {
      case .numeric(let values): columns[name] = .numeric(values)
      case .text(let values): columns[name] = .text(values)
      }
    }
    var frame = ModelFrame(
      rowCount: cohort.sampleIDs.count, columns: columns, referenceLevels: referenceLevels)
    // The levels of factor(time) are the sheet's times, wherever the centre lies.
    frame.levelTexts["time"] = Dictionary(
      (time.map { [$0] } ?? cohort.time).map { ($0 - centre, ModelFrame.levelText($0)) }
    ) { first, _ in first }
    return frame
  }
}
