import Glibc
import KernelInterface
import LinearAlgebra

/// One gene's criterion as polynomials around its null fit, for any variant.
///
/// Nothing here depends on a variant: scores and forms of a block of variants are products of the
/// matrices below with its dosages and, unless the chart is direct, its stored forms.
package final class GeneChart: Sendable {
  package let shared: ChartDesign
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
  /// Derivatives of X'P_C X.
  let forms: Forms
  /// 35, 35, 20, 20: F, RSS₀, ℓ'A⁻¹ℓ and the time coefficient.
  let polynomials: [Double]

  /// Where a chart has the forms of variants from.
  enum Forms: Sendable {
    /// coefficients × r: from their values at the points of the design's basis.
    case stored([Float])
    /// From the dosages.
    case direct(DirectForms)
  }

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
    guard let forms = Self.forms(shared, at: values.pairPoints, radius: radius) else { return nil }
    self.forms = forms
    let nodes = shared.nodes
    let donors = shared.design.donorCount
    let scores = Self.rows(nodes.pairDerivatives(values.scores, radius: radius), donors: donors)
    let times = Self.rows(nodes.pairDerivatives(values.timeRows, radius: radius), donors: donors)
    hasTime = !times.isEmpty
    factored = shared.rowSpace.flatMap {
      FactoredRows(scores: scores, times: times, shared: $0, response: response)
    }
    scoreRows = factored == nil ? scores.joined().map { Float($0) } : []
    timeRows = factored == nil ? times.joined().map { Float($0) } : []
    let time = nodes.pairDerivatives(
      Matrix(rows: nodes.pairCount, columns: [values.timeVariances, values.timeValues]),
      radius: radius)
    let gene = nodes.geneDerivatives(
      Matrix(rows: nodes.points.count, columns: [values.logDeterminants, values.residuals]),
      radius: radius)
    polynomials =
      gene.column(0) + gene.column(1) + Self.padded(time.column(0)) + Self.padded(time.column(1))
  }

  /// - Returns: nil where stored forms do not reach that far.
  private static func forms(
    _ shared: ChartDesign, at points: DesignPoints, radius: Double
  ) -> Forms? {
    guard let basis = shared.basis else {
      return .direct(DirectForms(shared: shared, points: points, radius: radius))
    }
    let (weights, error) = basis.weights(at: points)
    guard error < 1e-4 else { return nil }
    return .stored(
      shared.nodes.pairDerivatives(weights, radius: radius).elements.map { Float($0) })
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
      // Safe: 35 + 35 + 20 + 20 numbers follow one another.
      var gene = ChartGene(
        logDeterminant: base, residual: base + 35, timeVariance: base + 70, timeValue: base + 90,
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
