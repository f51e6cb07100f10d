import CBoostMath

/// Normal quantiles in place of values, by rank.
package enum NormalScores {
  /// Φ⁻¹((r − ½)/n) of the rank r of each value among the n that are there, ties with the mean of
  /// their ranks; NaN stays NaN.
  ///
  /// The plotting position is Hazen's, as in QTLtools' and FastQTL's `--normal`; tensorQTL's
  /// preparation takes r/(n + 1), which differs by a scale close to 1 but for the extremes.
  ///
  /// - Complexity: O(n log n).
  package static func scores(_ values: [Double]) -> [Double] {
    let order = values.indices.filter { !values[$0].isNaN }
      .sorted { (values[$0], $0) < (values[$1], $1) }
    var scores = values
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      // Ranks start + 1 … end.
      let rank = Double(start + 1 + end) / 2
      let count = Double(order.count)
      let (below, above) = (rank - 0.5, count - rank + 0.5)
      // Both halves of the ranks mirror each other to the bit.
      let score = below <= above ? quantile(below / count) : -quantile(above / count)
      for place in start..<end { scores[order[place]] = score }
      start = end
    }
    return scores
  }

  /// Φ⁻¹(p) for p from 0 to 1; NaN outside.
  package static func quantile(_ p: Double) -> Double {
    boost_normal_lower_quantile(p)
  }
}
