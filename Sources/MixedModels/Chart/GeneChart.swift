import Glibc
import KernelInterface
import LinearAlgebra

/// One gene's criterion as polynomials around its null fit, for any variant.
///
/// Nothing here depends on a variant: scores and forms of a block of variants are products of the
/// matrices below with its dosages and its stored forms.
package final class GeneChart: Sendable {
  let shared: ChartDesign
  let frame: ChartFrame
  let face: ChartFace
  let radius: Double
  /// Whether the model has a time coefficient.
  let hasTime: Bool
  /// (2 · coefficients) × N: derivatives of X'P_C y per unit of each donor's dosage; empty where
  /// `factored` has them.
  let scoreRows: [Float]
  /// (2 · coefficients) × N: derivatives of the time row; empty where the model has none.
  let timeRows: [Float]
  /// The same rows as products of small matrices; nil where they are not.
  let factored: FactoredRows?
  /// coefficients × r: derivatives of X'P_C X from its values at the basis points.
  let formRows: [Float]
  /// (20 or 35) × r: the same to one order more, for Kenward and Roger's inference; empty without.
  let widerFormRows: [Float]
  /// 35, 35, 20, 20: F, RSS₀, ℓ'A⁻¹ℓ and the time coefficient; for Kenward and Roger's inference
  /// another 35 of 1 / ℓ'A⁻¹ℓ.
  let polynomials: [Double]

  /// Builds the chart of a gene.
  ///
  /// - Returns: nil where the criterion has no value around the null fit, or the stored forms do
  ///   not reach that far.
  package init?(shared: ChartDesign, response: ResponseCrossProducts, null: NullFit) {
    guard null.status == .ok || null.status == .boundary else { return nil }
    self.shared = shared
    let frame = ChartFrame(origin: null.point, shape: shared.design.shape)
    self.frame = frame
    face =
      switch null.face {
      case .interior, .firstZero, .secondZero: .interior
      case .rankOne: .rankOne
      case .zero: .zero
      }
    var radius = shared.radius
    var found: DesignPoints?
    // Around a singular fit M may become so indefinite that the criterion ends.
    for _ in 0..<3 {
      found = DesignPoints(
        shared.design.fixedPart,
        points: shared.nodes.points.map {
          frame.matrix(at: (radius * $0.0, radius * $0.1, radius * $0.2))
        })
      if found != nil { break }
      radius *= 0.6
    }
    guard let points = found else { return nil }
    self.radius = radius * shared.acceptance / shared.radius
    guard
      let values = ChartValues(shared: shared, response: response, points: points)
    else { return nil }
    let nodes = shared.nodes
    let isKenwardRoger = shared.method == .kenwardRoger
    let (weights, error) = shared.basis.weights(at: isKenwardRoger ? points : values.pairPoints)
    guard error < 1e-4 else { return nil }
    let donors = shared.design.donorCount
    let scores = Self.rows(nodes.pairDerivatives(values.scores, radius: radius), donors: donors)
    let times = Self.rows(nodes.pairDerivatives(values.timeRows, radius: radius), donors: donors)
    hasTime = !times.isEmpty
    factored = shared.rowSpace.flatMap {
      FactoredRows(scores: scores, times: times, shared: $0, response: response)
    }
    scoreRows = factored == nil ? scores.joined().map { Float($0) } : []
    timeRows = factored == nil ? times.joined().map { Float($0) } : []
    let pairWeights =
      isKenwardRoger ? weights.selecting(rows: Array(0..<nodes.pairCount)) : weights
    formRows = nodes.pairDerivatives(pairWeights, radius: radius).elements.map { Float($0) }
    widerFormRows =
      isKenwardRoger
      ? nodes.geneDerivatives(weights, radius: radius)
        .selecting(rows: Array(0..<nodes.widerCoefficientCount)).elements.map { Float($0) } : []
    let time = nodes.pairDerivatives(
      Matrix(
        rows: nodes.pairCount,
        columns: [Array(values.timeVariances.prefix(nodes.pairCount)), values.timeValues]),
      radius: radius)
    let gene = nodes.geneDerivatives(
      Matrix(rows: nodes.points.count, columns: [values.logDeterminants, values.residuals]),
      radius: radius)
    let widerTime =
      isKenwardRoger
      ? nodes.geneDerivatives(
        Matrix(rows: nodes.points.count, columns: [values.timeVariances.map { 1 / $0 }]),
        radius: radius
      ).elements : []
    polynomials =
      gene.column(0) + gene.column(1) + Self.padded(time.column(0)) + Self.padded(time.column(1))
      + widerTime
  }

  private static func padded(_ values: [Double]) -> [Double] {
    values + [Double](repeating: 0, count: 20 - values.count)
  }

  /// Rows by genotype column, then coefficient, from derivatives laid out coefficients × (column,
  /// donor).
  private static func rows(_ derivatives: Matrix, donors: Int) -> [[Double]] {
    guard derivatives.columns > 0 else { return [] }
    return (0..<2).flatMap { column in
      (0..<derivatives.rows).map { coefficient in
        let start = coefficient * 2 * donors + column * donors
        return Array(derivatives.elements[start..<(start + donors)])
      }
    }
  }

  /// Lends the chart as the kernels take it.
  func withKernelChart(_ body: (UnsafePointer<ChartGene>) -> Void) {
    let design = shared.design
    let isReml = shared.criterion == .reml
    let nu = Double(
      isReml ? design.sampleCount - design.fixedCount - 2 : design.sampleCount)
    var constant =
      nu * (1 + log(2 * Double.pi / nu)) - Double(design.donorCount) * frame.logDeterminant
    if isReml {
      constant += 2 * (design.basis.logDeterminant + design.genotypeBasis.logDeterminant)
    }
    polynomials.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress else { return }
      // Safe: 35 + 35 + 20 + 20 numbers follow one another, and another 35 where there are more.
      var gene = ChartGene(
        logDeterminant: base, residual: base + 35, timeVariance: base + 70,
        timePrecision: all.count > 110 ? base + 110 : nil, timeValue: base + 90,
        origin: (frame.origin.a11, frame.origin.a12, frame.origin.a22), toMatrix: frame.toMatrix,
        toChart: frame.toChart, donorCount: Double(design.donorCount), degreesOfFreedom: nu,
        determinantWeight: isReml ? 1 : 0, order: shared.nodes.order, radius: radius,
        shape: design.shape == .full ? .full : design.shape == .diagonal ? .diagonal : .scalar,
        face: face, genotypeContrast: shared.genotypeContrast,
        interactionContrast: shared.interactionContrast, timeShift: shared.timeShift,
        constant: constant,
        rotation: (design.rotation.p11, design.rotation.p12, design.rotation.p22))
      body(&gene)
    }
  }
}
