import LinearAlgebra

/// What a gene's chart is made of in one box around its centre: the values that polynomials are fitted
/// to, and how much these miss.
struct ChartBox {
  let nodes: ChartNodes
  let radius: Double
  let values: ChartValues
  /// Weights of the basis points in h X'P_C X: pair points × r; empty where the design has no basis.
  let formWeights: Matrix
  /// What forms are made of where the design has no basis, else nil.
  let direct: DirectValues?
  /// The weights at all points, for Kenward and Roger's inference; nil without.
  let widerFormWeights: Matrix?
  /// det(I + Δ) ℓ'A⁻¹ℓ: one per pair point. Its inverse has the determinant: with one visit pattern what
  /// is left is linear.
  let timeVariances: [Double]
  /// h times the scores of `values`.
  let scores: Matrix
  /// h RSS₀: one per point.
  let residuals: [Double]
  let shares: LogarithmShares
  /// The largest `TruncationError`.
  let error: Double

  /// What an error of the time coefficient counts beside those of the tested one, of which more is
  /// promised.
  private static let timeShare = 0.05

  /// - Returns: nil where the criterion has no value somewhere in the box, or the stored forms do not
  ///   reach that far.
  init?(
    shared: ChartDesign, nodes: ChartNodes, frame: ChartFrame, scale: ChartScale,
    response: ResponseCrossProducts, radius: Double
  ) {
    let coordinates = nodes.coordinates(radius: radius)
    guard
      let points = DesignPoints(shared.design.fixedPart, points: coordinates.map(frame.matrix)),
      let values = ChartValues(
        shared: shared, nodes: nodes, response: response, points: points)
    else { return nil }
    let isAdjusted = shared.method == .kenwardRoger
    let basis = shared.basis?.weights(at: isAdjusted ? points : values.pairPoints)
    if let basis, basis.error >= 1e-4 { return nil }
    self.nodes = nodes
    self.radius = radius
    self.values = values
    let pairRows = Array(0..<nodes.pairCount)
    let weights = basis.map { $0.weights.selecting(rows: pairRows) }
    formWeights =
      weights.map { scale.scaled($0, at: coordinates) } ?? Matrix(rows: nodes.pairCount, columns: 0)
    widerFormWeights = isAdjusted ? basis?.weights : nil
    let direct =
      basis == nil
      ? DirectValues(
        design: shared.design, points: values.pairPoints, coordinates: coordinates, scale: scale)
      : nil
    self.direct = direct
    let forms = basis?.forms.selecting(rows: pairRows)
    timeVariances = zip(values.timeVariances.prefix(nodes.pairCount), coordinates).map {
      $0 * ((1 + $1.0) * (1 + $1.2) - $1.1 * $1.1)
    }
    scores = scale.scaled(values.scores, at: coordinates)
    residuals = zip(values.residuals, coordinates).map { $0 * scale.value(at: $1) }
    shares = LogarithmShares(
      values: values.logDeterminants, points: coordinates, scale: scale,
      residual: nodes.geneResidual)
    error = [
      forms.map {
        TruncationError.ofForms($0, scaled: scale.scaled($0, at: coordinates), nodes: nodes)
      } ?? 0,
      direct?.error(nodes: nodes) ?? 0,
      TruncationError.ofScores(scores, nodes: nodes),
      TruncationError.ofCriterion(
        logDeterminants: shares.rest, residuals: values.residuals, scaledResiduals: residuals,
        degreesOfFreedom: shared.degreesOfFreedom, nodes: nodes),
      values.timeRows.columns == 0
        ? 0
        : Self.timeShare
          * TruncationError.ofTime(
            variances: timeVariances, values: values.timeValues, rows: values.timeRows,
            residualVariance: values.residuals[0] / shared.degreesOfFreedom, nodes: nodes
          ),
    ].reduce(0, max)
  }
}
