import LinearAlgebra

/// How the charts of a design are laid out: the orders their polynomials may have, the boxes these are
/// fitted in, and whether they are scaled.
package struct ChartResolution: Sendable {
  /// Polynomials of one order.
  struct Level: Sendable {
    let nodes: ChartNodes
    /// Radius of the box in which polynomials are fitted; genes at which they err more take a smaller
    /// one, or the next level.
    let radius: Double
  }

  /// By order, the lowest that holds what is wanted first; the last is the highest.
  let levels: [Level]
  /// How far a variant moves the variances, nearly always.
  let wantedRadius: Double
  let isScaled: Bool

  /// Largest radius of a box: beyond, genes without random slopes leave the domain.
  private static let largest = 0.3
  private static let orders = [2, 3]
  /// Order 2 is for designs whose functions are all but of order 2, those of one visit pattern above all:
  /// elsewhere its errors grow with what a variant explains, and order 3 costs little more.
  private static let exactShare = 0.15

  /// Chooses the lowest order whose polynomials hold a box as large as variants move the variances.
  ///
  /// A variant takes one of about N − p/2 degrees of freedom from a variance and lowers it by the part
  /// that it explains: in units of x, a χ² with one degree of freedom over N − p/2, less its mean. One
  /// pair in a hundred moves farther than 6.6 of these units, and the charts' centres are shifted
  /// towards the long tail.
  ///
  /// - Parameters:
  ///   - training: the forms of some variants.
  ///   - bound: error of the polynomials (`TruncationError`) that is tolerated; here below it, so that
  ///     most genes keep to it, and so do pairs somewhat outside the box.
  ///   - mayScale: whether forms may be taken times h; Kenward and Roger's inference takes them plain.
  init(
    design: DesignCrossProducts, training: TrainingForms, bound: Double, mayScale: Bool
  ) {
    let free = max(4, Double(design.donorCount) - 0.5 * Double(design.fixedCount - 2))
    let wanted = min(Self.largest, 6.5 / free)
    // Neither a trait without random effects nor one that is nothing else.
    let frame = ChartFrame(origin: SymmetricMatrix2(0.6, 0, 0.4), shape: design.shape)
    var levels: [Level] = []
    var isScaled: Bool?
    for order in Self.orders {
      let isLast = order == Self.orders.last
      let nodes = ChartNodes(
        shape: design.shape, order: order,
        oversampling: Self.oversampling(design, order: order))
      let found = Self.largestBox(
        nodes, upTo: min(Self.largest, 2 * wanted), frame: frame, design: design,
        training: training, mayScale: mayScale,
        bound: isLast ? 0.5 * bound : Self.exactShare * bound)
      guard isLast || (found?.radius ?? 0) >= wanted else { continue }
      isScaled = isScaled ?? found?.isScaled
      levels.append(Level(nodes: nodes, radius: found?.radius ?? 0.5 * wanted))
    }
    self.levels = levels
    wantedRadius = wanted
    self.isScaled = isScaled ?? false
  }

  /// Points per coefficient. Points of order 3 cost the most of a chart; few coordinates and few donors,
  /// whose polynomials reach far, take more of them to see what is missed.
  private static func oversampling(_ design: DesignCrossProducts, order: Int) -> Double {
    guard design.shape == .full else { return 2.5 }
    return design.donorCount < 50 ? 2.2 : order == 2 ? 1.8 : 1.5
  }

  /// The largest box in which polynomials of an order hold the forms of training variants.
  private static func largestBox(
    _ nodes: ChartNodes, upTo largest: Double, frame: ChartFrame, design: DesignCrossProducts,
    training: TrainingForms, mayScale: Bool, bound: Double
  ) -> (radius: Double, isScaled: Bool)? {
    var radius = largest / 0.8
    for _ in 0..<14 {
      radius *= 0.8
      let coordinates = nodes.coordinates(radius: radius)
      guard
        let points = DesignPoints(
          design.fixedPart, points: coordinates.prefix(nodes.pairCount).map(frame.matrix))
      else { continue }
      let forms = training.matrix(at: points)
      for isScaled in mayScale ? [false, true] : [false] {
        let scale = isScaled ? ChartScale(frame: frame) : .none
        let error = TruncationError.ofForms(
          forms, scaled: scale.scaled(forms, at: coordinates), nodes: nodes)
        if error < bound { return (radius, isScaled) }
      }
    }
    return nil
  }
}
