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
  /// Order of the pair-level polynomials, 2 or 3.
  let order: Int
  /// Coefficients of pair-level polynomials as the kernels number them: 10 or 20.
  var coefficientCount: Int { order == 3 ? 20 : 10 }
  /// Largest |x| at which the polynomials are trusted.
  let radius: Double
  /// The largest `TruncationError` in the box, relative to what a variant explains.
  let error: Double
  let scale: ChartScale
  /// The multiples of log det(I + Δ) and log h that the polynomials do not hold.
  let shares: (determinant: Double, scale: Double)
  /// Whether the model has a time coefficient.
  let hasTime: Bool
  /// (2 · coefficients) × N: derivatives of h X'P_C y per unit of each donor's dosage; empty where
  /// `factored` has them.
  let scoreRows: [Float]
  /// (2 · coefficients) × N: derivatives of the time row; empty where the model has none.
  let timeRows: [Float]
  /// The same rows as products of small matrices; nil where they are not.
  let factored: FactoredRows?
  /// Derivatives of h X'P_C X.
  let forms: Forms
  /// (20 or 35) × r: those of stored forms to one order more, for Kenward and Roger's inference; empty
  /// without.
  let widerFormRows: [Float]
  /// 35, 35, 20, 20: F, h RSS₀, det(I + Δ) ℓ'A⁻¹ℓ and the time coefficient; for Kenward and Roger's
  /// inference another 35 of 1 / ℓ'A⁻¹ℓ.
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
    let frame = ChartFrame(
      origin: Self.centre(null, shared: shared), shape: shared.design.shape)
    self.frame = frame
    face =
      switch null.face {
      case .interior, .firstZero, .secondZero: .interior
      case .rankOne: .rankOne
      case .zero: .zero
      }
    scale = shared.resolution.isScaled ? ChartScale(frame: frame) : .none
    guard let box = Self.box(shared: shared, frame: frame, scale: scale, response: response) else {
      return nil
    }
    // Adjusted variances take second derivatives, which polynomials lose first towards the edge.
    radius =
      shared.method == .kenwardRoger
      ? box.radius : box.radius * Self.reach(box, shared: shared)
    error = box.error
    shares = (box.shares.determinant, box.shares.scale)
    let values = box.values
    let nodes = box.nodes
    order = nodes.order
    let donors = shared.design.donorCount
    let scores = Self.rows(nodes.pairDerivatives(box.scores, radius: box.radius), donors: donors)
    let times = Self.rows(
      nodes.pairDerivatives(values.timeRows, radius: box.radius), donors: donors)
    hasTime = !times.isEmpty
    factored = shared.rowSpace.flatMap {
      FactoredRows(scores: scores, times: times, shared: $0, response: response)
    }
    scoreRows = factored == nil ? scores.joined().map { Float($0) } : []
    timeRows = factored == nil ? times.joined().map { Float($0) } : []
    if let direct = box.direct {
      forms = .direct(
        DirectForms(direct, design: shared.design, nodes: nodes, radius: box.radius))
    } else {
      forms = .stored(
        nodes.pairDerivatives(box.formWeights, radius: box.radius).elements.map { Float($0) })
    }
    widerFormRows =
      box.widerFormWeights.map {
        nodes.geneDerivatives($0, radius: box.radius)
          .selecting(rows: Array(0..<nodes.widerCoefficientCount)).elements.map { Float($0) }
      } ?? []
    let time = nodes.pairDerivatives(
      Matrix(rows: nodes.pairCount, columns: [box.timeVariances, values.timeValues]),
      radius: box.radius)
    let gene = nodes.geneDerivatives(
      Matrix(rows: nodes.points.count, columns: [box.shares.rest, box.residuals]),
      radius: box.radius)
    let widerTime =
      box.widerFormWeights == nil
      ? []
      : nodes.geneDerivatives(
        Matrix(rows: nodes.points.count, columns: [values.timeVariances.map { 1 / $0 }]),
        radius: box.radius
      ).elements
    polynomials =
      gene.column(0) + gene.column(1) + Self.padded(time.column(0)) + Self.padded(time.column(1))
      + widerTime
  }

  /// Where the chart is centred: above the null fit in precision, since what a variant explains has a
  /// long tail on that side; on the boundary where that fit is.
  private static func centre(_ null: NullFit, shared: ChartDesign) -> SymmetricMatrix2 {
    let frame = ChartFrame(origin: null.point, shape: shared.design.shape)
    // What Kenward and Roger's inference trusts is too small to hold the long tail.
    guard shared.method == .satterthwaite else { return null.point }
    let trace = null.point.a11 + null.point.a22
    var shift = 0.35 * shared.resolution.levels[0].radius
    for _ in 0..<4 {
      switch null.face {
      case .zero: return null.point
      case .rankOne:
        // Along the one axis there is.
        let centre = frame.matrix(at: (shift, 0, 0))
        if centre.a11 + centre.a22 > 0.3 * trace { return centre }
      case .interior, .firstZero, .secondZero:
        let centre = frame.matrix(
          at: (null.face == .firstZero ? 0 : shift, 0, null.face == .secondZero ? 0 : shift))
        if centre.eigenvalues.smaller >= 0 { return centre }
      }
      shift *= 0.5
    }
    return null.point
  }

  /// The largest box in which polynomials of the lowest order hold; nil where none does.
  private static func box(
    shared: ChartDesign, frame: ChartFrame, scale: ChartScale, response: ResponseCrossProducts
  ) -> ChartBox? {
    let resolution = shared.resolution
    for (index, level) in resolution.levels.enumerated() {
      let isLast = index == resolution.levels.count - 1
      var radius =
        shared.method == .kenwardRoger ? min(adjustedRadius, level.radius) : level.radius
      // Around a singular fit M may become so indefinite that the criterion ends.
      for _ in 0..<5 {
        if let box = ChartBox(
          shared: shared, nodes: level.nodes, frame: frame, scale: scale, response: response,
          radius: radius), box.error <= shared.errorBound
        {
          return box
        }
        radius *= 0.7
        if !isLast, radius < 0.7 * resolution.wantedRadius { break }
      }
    }
    return nil
  }

  /// Largest box for Kenward and Roger's inference, and where it is trusted.
  private static let adjustedRadius = 0.14

  /// How far beyond its box a chart is trusted, in radii: fitted at Chebyshev points, polynomials of
  /// order m err evenly over their box and outside as the Chebyshev polynomial of order m + 1 grows.
  private static func reach(_ box: ChartBox, shared: ChartDesign) -> Double {
    let ratio = max(1, shared.errorBound / box.error)
    return min(1.8, cosh(acosh(ratio) / Double(box.nodes.order + 1)))
  }

  /// Floating-point operations of one variant's products with the chart, as `ChartKernel.multiply`
  /// does them.
  package func productOperations(isFull: Bool) -> Double {
    let donors = shared.design.donorCount
    let coefficients = coefficientCount
    let hasTimeRows = isFull && hasTime
    let rows = 2 * coefficients
    var products: Int
    switch forms {
    case .stored(let rows): products = 3 * rows.count
    case .direct(let forms):
      products = forms.whitenedRows.count + forms.squareRows.count + 3 * forms.reduction.count
    }
    if let factored {
      products += factored.geneRank * donors + rows * (factored.sharedRank + factored.geneRank)
      if hasTimeRows { products += rows * factored.sharedRank }
    } else {
      products += (hasTimeRows ? 2 : 1) * rows * donors
    }
    return 2 * Double(products)
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
    let nu = shared.degreesOfFreedom
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
        toChart: frame.toChart, donorCount: Double(design.donorCount),
        determinantPower: Double(design.donorCount) - shares.determinant, scaleSlope: scale.slope,
        // h is in RSS and, squared, in |h X'P_C X|.
        scalePower: shares.scale - (scale.isNone ? 0 : nu + (isReml ? 2 : 0)), degreesOfFreedom: nu,
        determinantWeight: isReml ? 1 : 0, order: order, radius: radius,
        shape: design.shape == .full ? .full : design.shape == .diagonal ? .diagonal : .scalar,
        face: face, genotypeContrast: shared.genotypeContrast,
        interactionContrast: shared.interactionContrast, timeShift: shared.timeShift,
        constant: constant,
        rotation: (design.rotation.p11, design.rotation.p12, design.rotation.p22))
      body(&gene)
    }
  }
}
