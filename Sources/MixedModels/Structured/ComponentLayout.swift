import Glibc
import LinearAlgebra

/// Where the variance parameters of a structured model are reported: the donors' intercept, slope
/// and correlation in `VarianceComponents`, the others under names of their own.
package struct ComponentLayout: Sendable {
  private enum Entry: Sendable, Equatable {
    case deviation(term: Int, column: Int)
    case correlation(term: Int, first: Int, second: Int)
  }

  private let intercept: Entry?
  private let slope: Entry?
  private let correlation: Entry?
  private let others: [Entry]
  private let residualNames: [String]
  private let areRatios: [Bool]
  /// `sd:GROUP:TERM`, `cor:GROUP:TERM:TERM`, then the residual's parameters.
  package let names: [String]

  /// - Parameter group: the grouping factor whose intercept and slope have columns of their own.
  package init(terms: [RandomTerm], residual: ResidualVariance, group: String, slope name: String) {
    var entries: [Entry] = []
    var names: [String] = []
    var found: (intercept: Entry?, slope: Entry?, correlation: Entry?) = (nil, nil, nil)
    for (index, term) in terms.enumerated() {
      let isPlain = term.group == group && term.relationship == nil
      // A relationship's term has the donors' name too.
      let label = term.relationship == nil ? term.group : "kinship"
      for (column, text) in term.columnNames.enumerated() {
        let entry = Entry.deviation(term: index, column: column)
        if isPlain, text == "(Intercept)", found.intercept == nil {
          found.intercept = entry
        } else if isPlain, text == name, found.slope == nil {
          found.slope = entry
        } else {
          entries.append(entry)
          names.append("sd:\(label):\(text)")
        }
      }
      for second in term.columnNames.indices {
        for first in 0..<second {
          let entry = Entry.correlation(term: index, first: first, second: second)
          if found.intercept == .deviation(term: index, column: first),
            found.slope == .deviation(term: index, column: second)
          {
            found.correlation = entry
          } else {
            entries.append(entry)
            names.append("cor:\(label):\(term.columnNames[first]):\(term.columnNames[second])")
          }
        }
      }
    }
    (intercept, slope, correlation) = found
    others = entries
    residualNames = residual.names
    areRatios = residual.areRatios + (residual.serial == nil ? [] : [false])
    self.names = names + residual.names
  }

  /// - Parameters:
  ///   - covariances: of every term, in the user's units.
  ///   - phi: the residual's parameters.
  func components(
    covariances: [Matrix], residualVariance: Double, phi: [Double]
  ) -> (VarianceComponents, [Double]) {
    func value(_ entry: Entry?) -> Double {
      switch entry {
      case .deviation(let term, let column):
        return max(0, covariances[term][column, column]).squareRoot()
      case .correlation(let term, let first, let second):
        let d = covariances[term]
        guard d[first, first] > 0, d[second, second] > 0 else { return .nan }
        return max(
          -1, min(1, d[first, second] / (d[first, first] * d[second, second]).squareRoot()))
      case nil: return .nan
      }
    }
    let standard = VarianceComponents(
      firstDeviation: value(intercept), secondDeviation: value(slope),
      correlation: value(correlation), residualDeviation: residualVariance.squareRoot())
    return (standard, others.map(value) + zip(phi, areRatios).map { $1 ? exp($0) : $0 })
  }
}
