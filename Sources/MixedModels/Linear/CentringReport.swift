/// How a random intercept and a random slope correlate, by where the slope's variable is 0: it is a
/// matter of the origin, so no correlation should be read without it.
public struct CentringReport: Sendable, Equatable {
  /// The correlation at one value of the slope's variable.
  public struct Correlation: Sendable, Equatable {
    /// `centre`, `first`, `mean` or `last`.
    public var place: String
    /// The value of the slope's column.
    public var value: Double
    /// Of the subject's level at that value with its slope; NaN where an SD is 0.
    public var correlation: Double
  }

  /// The grouping factor.
  public var group: String
  /// The level of the variable by which covariances differ; nil where they do not.
  public var stratum: String?
  /// The slope's column.
  public var slope: String
  /// At the centre and at the first, mean and last value of the column.
  public var correlations: [Correlation]
  /// −cov/var(slope): the value at which the correlation is 0 and the level varies least; NaN where
  /// slopes do not vary.
  public var vanishesAt: Double
}

extension LinearMixedFit {
  /// One report for every random slope beside a random intercept of its term.
  public var centring: [CentringReport] {
    var reports: [CentringReport] = []
    for (j, d) in covariances.enumerated() {
      let term = model.terms[j]
      guard let intercept = term.columnNames.firstIndex(of: "(Intercept)") else { continue }
      for slope in term.columnNames.indices where slope != intercept {
        let values = term.levelOfRow.indices.filter { term.levelOfRow[$0] >= 0 }
          .map { term.columns[$0, slope] }
        // Only where the column takes a number through: of a factor's columns there is no centre.
        guard Set(values).count > 2, let first = values.min(), let last = values.max() else {
          continue
        }
        let mean = values.reduce(0, +) / Double(values.count)
        let (v0, c, v1) = (d[intercept, intercept], d[intercept, slope], d[slope, slope])
        func correlation(_ place: String, _ at: Double) -> CentringReport.Correlation {
          let variance = v0 + 2 * at * c + at * at * v1
          let scale = (variance * v1).squareRoot()
          return .init(
            place: place, value: at,
            correlation: scale > 0 ? max(-1, min(1, (c + at * v1) / scale)) : .nan)
        }
        reports.append(
          CentringReport(
            group: term.group, stratum: model.origins[j].stratum, slope: term.columnNames[slope],
            correlations: [
              correlation("centre", 0), correlation("first", first), correlation("mean", mean),
              correlation("last", last),
            ],
            vanishesAt: v1 > 0 ? -c / v1 : .nan))
      }
    }
    return reports
  }
}
