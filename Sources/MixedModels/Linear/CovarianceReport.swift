import LinearAlgebra

/// Variances and covariances of random effects as a table.
struct CovarianceReport {
  let terms: [RandomTerm]
  let origins: [RandomTermOrigin]
  /// D of every term, in the user's units.
  let covariances: [Matrix]
  /// nil where the fit failed.
  let intervals: CovarianceIntervals?

  /// Term by term, variances first.
  var rows: [VarianceComponentEstimate] {
    var rows: [VarianceComponentEstimate] = []
    for (index, d) in covariances.enumerated() {
      let term = terms[index]
      func row(_ a: Int, _ b: Int?) -> VarianceComponentEstimate {
        let value = d[a, b ?? a]
        let scale = b.map { (d[a, a] * d[$0, $0]).squareRoot() } ?? value.squareRoot()
        let shown = b == nil ? scale : scale > 0 ? max(-1, min(1, value / scale)) : .nan
        let interval = intervals?.interval(term: index, a, b, value: shown) ?? (.nan, .nan)
        return VarianceComponentEstimate(
          group: term.group, stratum: origins[index].stratum, first: term.columnNames[a],
          second: b.map { term.columnNames[$0] }, covariance: value,
          deviationOrCorrelation: shown, lower: interval.lower, upper: interval.upper)
      }
      for a in 0..<d.rows { rows.append(row(a, nil)) }
      for b in 0..<d.rows { for a in 0..<b { rows.append(row(a, b)) } }
    }
    return rows
  }
}
