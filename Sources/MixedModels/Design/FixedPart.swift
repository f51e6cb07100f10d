/// What the criterion takes of a design beside the response: enough to factorise C'WC anywhere.
struct FixedPart: Sendable {
  let shape: RandomEffectShape
  let patterns: [VisitPattern]
  /// N.
  let donorCount: Int
  /// p.
  let fixedCount: Int
  /// Pattern sums for C'WC: (K·E) × p(p+1)/2, packed lower triangle.
  let fixedStatistics: [Double]

  var entries: Int { shape.entries }
  var statisticRows: Int { patterns.count * shape.entries }
  var packedFixedCount: Int { fixedCount * (fixedCount + 1) / 2 }
}
