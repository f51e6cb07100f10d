/// A marginal mean, a simple slope, or a difference of two.
public struct MarginalEstimate: Sendable {
  /// What it is at: names and values; of a difference `treated - control` is a value.
  public var labels: [(name: String, value: String)]
  /// Estimate, test and interval.
  public var effect: FixedEffect
}

extension FixedEffectQuestions {
  /// Marginal means of combinations of factors at settings, the offset at its mean, and each one's
  /// difference from the first combination.
  ///
  /// - Throws: `ModelError` for names and values that the model has not.
  func means(
    _ request: MarginalRequest
  ) throws(ModelError) -> (means: [MarginalEstimate], differences: [MarginalEstimate]) {
    let grid = ReferenceGrid(model: part)
    return try estimates(
      grid.points(factors: request.subjects + request.by, at: request.at),
      factorCount: request.subjects.count + request.by.count, offset: part.meanOffset
    ) { point throws(ModelError) in try grid.row(point) }
  }

  /// Slopes of the mean by a number or an expression of the fixed part, at levels and settings, and
  /// each one's difference from the first level.
  func slopes(
    _ request: MarginalRequest
  ) throws(ModelError) -> (slopes: [MarginalEstimate], differences: [MarginalEstimate]) {
    guard request.subjects.count == 1 else {
      throw ModelError(
        "slopes are of one variable", found: request.subjects.joined(separator: ", "),
        expected: "one name, such as 'time by arm'")
    }
    let grid = ReferenceGrid(model: part)
    let found = try estimates(
      grid.points(factors: request.by, at: request.at), factorCount: request.by.count
    ) { point throws(ModelError) in try grid.slope(request.subjects[0], point) }
    // Without a factor or a setting to tell them apart, slopes go by what they are of.
    let named = found.means.map { slope in
      var slope = slope
      if slope.effect.term.isEmpty { slope.effect.term = request.subjects[0] }
      return slope
    }
    return (named, found.differences)
  }

  private func estimates(
    _ points: [[ReferenceGrid.Point]], factorCount: Int, offset: Double = 0,
    row: (ReferenceGrid.Point) throws(ModelError) -> [Double]
  ) throws(ModelError) -> (means: [MarginalEstimate], differences: [MarginalEstimate]) {
    var means: [MarginalEstimate] = []
    var differences: [MarginalEstimate] = []
    for combinations in points {
      var first: [Double]?
      for point in combinations {
        let weights = try row(point)
        let name = point.labels.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
        means.append(
          MarginalEstimate(
            labels: point.labels, effect: estimate(weights, name, -offset)))
        guard let reference = first else {
          first = weights
          continue
        }
        var labels = point.labels
        for k in 0..<factorCount {
          let base = combinations[0].labels[k].value
          if base != labels[k].value { labels[k].value += " - \(base)" }
        }
        differences.append(
          MarginalEstimate(
            labels: labels,
            effect: estimate(
              zip(weights, reference).map { $0 - $1 },
              labels.map { "\($0.name) = \($0.value)" }.joined(separator: ", "), 0)))
      }
    }
    return (means, differences)
  }
}
