import BlockGzip

/// Which earlier visit is a visit's past.
package enum LagRule: Sendable, Equatable {
  /// The one a step before: times are regular.
  case step(Double)
  /// The one before, where it is no longer ago than this.
  case within(Double)

  /// Times are regular where so many of the gaps between visits are whole numbers of the most common
  /// one.
  private static let regularShare = 0.95
  /// What whole numbers may miss: times of many decimals are rounded.
  private static let tolerance = 1e-6

  /// Whether a gap is allowed.
  func allows(_ gap: Double) -> Bool {
    switch self {
    case .step(let step): abs(gap - step) <= Self.tolerance * step
    case .within(let most): gap <= most * (1 + 1e-12)
    }
  }

  /// The step of regular times.
  ///
  /// - Parameters:
  ///   - gaps: between consecutive visits, above 0.
  ///   - rows: what they are of, for messages.
  /// - Throws: `InputError` where there is none.
  init(regular gaps: [Double], of rows: LagRows) throws(InputError) {
    let sorted = gaps.sorted()
    guard let last = sorted.last else {
      throw InputError(
        "no subject has two visits with both processes", path: rows.path,
        found: "\(Set(rows.subjects).count) subjects with \(rows.count) rows",
        expected: "three or more visits of most subjects")
    }
    var (step, most) = (last, 0)
    var start = 0
    while start < sorted.count {
      let end =
        sorted[start...].firstIndex { $0 - sorted[start] > Self.tolerance * sorted[start] }
        ?? sorted.count
      if end - start > most { (step, most) = (sorted[start], end - start) }
      start = end
    }
    let regular = sorted.count { gap in
      let steps = (gap / step).rounded()
      return steps >= 1 && abs(gap - steps * step) <= Self.tolerance * gap
    }
    guard Double(regular) >= Self.regularShare * Double(sorted.count) else {
      func quantile(_ p: Double) -> String {
        CompactNumber.text(sorted[Int((p * Double(sorted.count - 1)).rounded())])
      }
      throw InputError(
        "visits are irregular, so that it must be said how long a lag may be", path: rows.path,
        column: rows.names.time,
        found: "gaps from \(quantile(0)) to \(quantile(1)), quartiles \(quantile(0.25)), "
          + "\(quantile(0.5)) and \(quantile(0.75)); the most common, \(CompactNumber.text(step)), "
          + "makes up \(CompactNumber.text(100 * Double(most) / Double(sorted.count), digits: 2)) %",
        expected: "gaps of whole steps", advice: "give the longest gap to use with --max-gap")
    }
    self = .step(step)
  }
}
