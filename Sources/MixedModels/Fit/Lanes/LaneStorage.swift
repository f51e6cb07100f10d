import KernelInterface

/// The memory behind a `LaneCriterion`: what the eight pairs of a design share, their own
/// statistics, and scratch, aligned for whole vectors.
final class LaneStorage {
  static let laneCount = 8

  let criterion: UnsafeMutablePointer<LaneCriterion>
  /// `LaneCurve.combinations` × `LaneEstimate.count`.
  let estimates: UnsafeMutablePointer<Lanes>
  /// `LaneCurve.most` × `LaneCurve.count`.
  let curves: UnsafeMutablePointer<Lanes>
  private let memory: UnsafeMutableRawPointer

  init(design: DesignCrossProducts, criterion kind: EstimationCriterion, needsHessian: Bool) {
    let p = design.fixedCount
    let k = design.genotypeCount
    let kk = design.packedGenotypeCount
    let rows = design.statisticRows
    let n = design.donorCount
    let terms = design.entries + 1
    let order = p + k + 1
    let packed = order * (order + 1) / 2
    let shared = design.packedFixedCount
    let square = ((p + k + 1) / 2 * 2) * ((p + k + 1) / 2 * 2)

    // Sizes in vectors; shared doubles are rounded up to whole ones.
    func vectors(_ doubles: Int) -> Int { (doubles + Self.laneCount - 1) / Self.laneCount }
    let sizes = [
      vectors(design.patternCount * 4), vectors(design.patternCount + 1), vectors(shared * rows),
      vectors(n * terms * k * p), vectors(n * terms * kk),
      n, n * terms * k, (packed - shared) * rows, packed - shared, (shared + p + 1) * 10, 3,
      LaneResult.count, rows * 4, design.patternCount * 3, packed, 3 * packed, packed, square,
      order, 2 * square + 4 * order, 2 * square + 12 * order, packed, rows,
      (4 * LaneCurve.combinations + 1) * order, LaneCurve.combinations * LaneEstimate.count,
      LaneCurve.most * LaneCurve.count,
    ]
    let total = sizes.reduce(0) { $0 + max(1, $1) }
    // Safe: every buffer lies within this block, for whose lifetime this object stands; zeros are
    // valid doubles, integers and lanes.
    memory = .allocate(byteCount: total * MemoryLayout<Lanes>.stride, alignment: 64)
    let lanes = memory.bindMemory(to: Lanes.self, capacity: total)
    lanes.initialize(repeating: .zero, count: total)
    var offset = 0
    var next = sizes.makeIterator()
    func take() -> UnsafeMutablePointer<Lanes> {
      defer { offset += max(1, next.next() ?? 1) }
      return lanes + offset
    }
    func doubles() -> UnsafeMutablePointer<Double> {
      UnsafeMutableRawPointer(take()).assumingMemoryBound(to: Double.self)
    }
    let patterns = doubles()
    let starts = UnsafeMutableRawPointer(take()).assumingMemoryBound(to: Int.self)
    let fixed = doubles()
    let linear = doubles()
    let squares = doubles()
    for (index, pattern) in design.patterns.enumerated() {
      patterns[4 * index] = pattern.excess.a11
      patterns[4 * index + 1] = pattern.excess.a12
      patterns[4 * index + 2] = pattern.excess.a22
      patterns[4 * index + 3] = Double(pattern.donors.count)
      starts[index + 1] = pattern.donors.upperBound
    }
    for row in 0..<rows {
      for column in 0..<shared {
        fixed[column * rows + row] = design.fixedStatistics[row * shared + column]
      }
    }
    Self.join(
      design.genotypeFixedTerms, design.genotypeByFixed, n, design.entries, k * p, into: linear)
    Self.join(
      design.genotypeSquareTerms, design.genotypeSquares, n, design.entries, kk, into: squares)

    criterion = .allocate(capacity: 1)
    criterion.initialize(
      to: LaneCriterion(
        fixedCount: p, genotypeCount: k, entries: design.entries,
        parameters: design.shape == .full ? 0b111 : design.shape == .diagonal ? 0b101 : 0b001,
        patternCount: design.patternCount, donorCount: n, isRestricted: kind == .reml,
        needsHessian: needsHessian,
        degreesOfFreedom: Double(kind == .ml ? design.sampleCount : design.sampleCount - p - k),
        patterns: patterns, donorStarts: starts, fixedStatistics: fixed, linearTerms: linear,
        squareTerms: squares, dosages: take(), responseTerms: take(), statistics: take(),
        plain: take(), nullContraction: take(), point: take(), results: take(), weights: take(),
        shrunken: take(), products: take(), slopes: take(), factor: take(), inverse: take(),
        residualRow: take(), whitened: take(), squares: take(), adjoint: take(),
        weightAdjoint: take(),
        columns: take()))
    estimates = take()
    curves = take()
  }

  deinit {
    criterion.deallocate()
    memory.deallocate()
  }

  /// Donors' terms by entry followed by those for W = I.
  private static func join(
    _ byEntry: [Double], _ plain: [Double], _ donors: Int, _ entries: Int, _ width: Int,
    into out: UnsafeMutablePointer<Double>
  ) {
    var to = out
    for donor in 0..<donors {
      for at in 0..<(entries * width) { to[at] = byEntry[donor * entries * width + at] }
      for at in 0..<width { to[entries * width + at] = plain[donor * width + at] }
      to += (entries + 1) * width
    }
  }

  /// Writes one lane of a buffer of lanes.
  @inline(__always)
  static func lane(
    _ buffer: UnsafeMutablePointer<Lanes>, _ lane: Int
  ) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(buffer).assumingMemoryBound(to: Double.self) + lane
  }

  /// Takes the dosages of a variant into a lane.
  func load(dosages: UnsafePointer<Double>, lane: Int) {
    let to = Self.lane(criterion.pointee.dosages, lane)
    for donor in 0..<criterion.pointee.donorCount { to[donor &* Self.laneCount] = dosages[donor] }
  }

  /// Takes what no variant changes of a gene into a lane, or into all of them.
  func load(response: ResponseCrossProducts, null: NullFit, lane: Int?) {
    let c = criterion.pointee
    let p = c.fixedCount
    let k = c.genotypeCount
    let rows = c.patternCount * c.entries
    // C'Wy and y'Wy: the last row of H has p columns of them, k of X'Wy, and y'Wy.
    let firstColumn = k * p + k * (k + 1) / 2
    // Safe: the arrays have the sizes their types document, the lanes' buffers those of
    // LaneCriterion.
    response.statistics.withUnsafeBufferPointer { from in
      for j in 0...p {
        let to = c.statistics + (firstColumn + (j < p ? j : p + k)) * rows
        for row in 0..<rows { Self.put(from[row &* (p &+ 1) &+ j], to + row, lane) }
      }
    }
    for j in 0..<p { Self.put(0, c.plain + firstColumn + j, lane) }
    Self.put(response.residualSquares, c.plain + firstColumn + p + k, lane)
    response.genotypeResponseTerms.withUnsafeBufferPointer { byEntry in
      response.genotypeByResponse.withUnsafeBufferPointer { byResponse in
        let width = c.entries * k
        for donor in 0..<c.donorCount {
          let to = c.responseTerms + donor &* (width &+ k)
          for at in 0..<width { Self.put(byEntry[donor &* width &+ at], to + at, lane) }
          for r in 0..<k { Self.put(byResponse[donor &* k &+ r], to + width + r, lane) }
        }
      }
    }
    null.contraction.withUnsafeBufferPointer { from in
      for column in 0..<(from.count / PatternWeights.lanes) {
        for at in 0..<10 {
          Self.put(
            from[column &* PatternWeights.lanes &+ at], c.nullContraction + column &* 10 + at, lane)
        }
      }
    }
  }

  /// Writes a number to a lane, or to all where it is nil.
  @inline(__always)
  private static func put(_ value: Double, _ to: UnsafeMutablePointer<Lanes>, _ lane: Int?) {
    if let lane {
      Self.lane(to, lane).pointee = value
    } else {
      to.pointee = Lanes(repeating: value)
    }
  }

  func set(point m: SymmetricMatrix2, lane: Int) {
    let to = Self.lane(criterion.pointee.point, lane)
    to[0] = m.a11
    to[Self.laneCount] = m.a12
    to[2 * Self.laneCount] = m.a22
  }

  /// A number of the last evaluation.
  @inline(__always)
  func result(_ index: Int, lane: Int) -> Double {
    Self.lane(criterion.pointee.results, lane)[index &* Self.laneCount]
  }

  /// A number for one of the contrasts last estimated.
  @inline(__always)
  func estimate(_ contrast: Int, _ index: Int, lane: Int) -> Double {
    Self.lane(estimates, lane)[(contrast &* LaneEstimate.count &+ index) &* Self.laneCount]
  }

  /// The criterion last evaluated; nil where it is not defined.
  func criterion(lane: Int) -> SecondOrder? {
    guard result(LaneResult.isDefined, lane: lane) == 1 else { return nil }
    return Self.secondOrder(criterion.pointee.results, lane: lane)
  }

  /// One of the curves last computed.
  func curve(_ index: Int, lane: Int) -> SecondOrder {
    Self.secondOrder(curves + index * LaneCurve.count, lane: lane)
  }

  private static func secondOrder(
    _ lanes: UnsafeMutablePointer<Lanes>, lane: Int
  ) -> SecondOrder {
    let from = Self.lane(lanes, lane)
    @inline(__always)
    func at(_ index: Int) -> Double { from[index &* laneCount] }
    let g = LaneResult.gradient
    let h = LaneResult.hessian
    return SecondOrder(
      value: at(LaneResult.value), gradient: SIMD4(at(g), at(g + 1), at(g + 2), 0),
      hessian: SIMD8(at(h), at(h + 1), at(h + 2), at(h + 3), at(h + 4), at(h + 5), 0, 0))
  }
}
