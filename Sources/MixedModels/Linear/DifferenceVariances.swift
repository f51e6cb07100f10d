import LinearAlgebra

/// The variance of every subject's difference of means as a fit has it: of effects that are the
/// subject's own, of its trials, and of effects that it shares with other subjects.
struct DifferenceVariances {
  /// By included subject: δ'Dδ over the subject's random effects, δ the difference of their columns'
  /// means.
  let between: [Double]
  /// Σσ²/n² over both cells.
  let noise: [Double]
  /// What other grouping factors add to the variance of the mean over subjects.
  let shared: [AveragedComparison.SharedVariance]
  /// By term: whether a level is met by several subjects.
  let isShared: [Bool]

  /// - Parameter deviations: residual SDs by row.
  init(_ fit: LinearMixedFit, _ cells: AveragedCells, deviations: [Double]) {
    let model = fit.model
    var own = [Double](repeating: 0, count: (cells.subjectOfRow.max() ?? 0) + 1)
    var shared: [AveragedComparison.SharedVariance] = []
    var areShared: [Bool] = []
    for (term, covariance) in zip(model.terms, fit.covariances) {
      let owners = Self.owners(term, cells)
      let q = term.columns.columns
      var sums = [Double](repeating: 0, count: term.levelCount * q)
      for (row, weight) in cells.weights.enumerated() where weight != 0 {
        let level = term.levelOfRow[row]
        guard level >= 0 else { continue }
        for a in 0..<q { sums[level * q + a] += weight * term.columns[row, a] }
      }
      func variance(_ level: Int) -> Double {
        var sum = 0.0
        for a in 0..<q {
          for b in 0..<q { sum += sums[level * q + a] * covariance[a, b] * sums[level * q + b] }
        }
        return sum
      }
      areShared.append(owners == nil)
      if let owners {
        for level in 0..<term.levelCount where owners[level] >= 0 {
          own[owners[level]] += variance(level)
        }
      } else {
        let count = Double(cells.included.count)
        let total = (0..<term.levelCount).reduce(0) { $0 + variance($1) } / (count * count)
        if let known = shared.firstIndex(where: { $0.group == term.group }) {
          shared[known].variance += total
        } else {
          shared.append(
            AveragedComparison.SharedVariance(
              group: term.group, levels: term.levelCount, variance: total))
        }
      }
    }
    var noise = [Double](repeating: 0, count: own.count)
    for (row, weight) in cells.weights.enumerated() where weight != 0 {
      let scaled = weight * deviations[row]
      noise[cells.subjectOfRow[row]] += scaled * scaled
    }
    let all = own
    between = cells.included.map { all[$0] }
    self.noise = cells.included.map { [noise] in noise[$0] }
    self.shared = shared
    isShared = areShared
  }

  /// The subject of every level of a term, −1 of levels without rows; nil where subjects share one.
  private static func owners(_ term: RandomTerm, _ cells: AveragedCells) -> [Int]? {
    var owners = [Int](repeating: -1, count: term.levelCount)
    for (row, subject) in cells.subjectOfRow.enumerated() {
      let level = term.levelOfRow[row]
      guard level >= 0 else { continue }
      if owners[level] >= 0, owners[level] != subject { return nil }
      owners[level] = subject
    }
    return owners
  }

  var total: [Double] { zip(between, noise).map { $0 + $1 } }

  /// Weights of subjects inverse to their variances, in multiples of the equal weight.
  var weights: [Double] {
    let inverse = total.map { 1 / $0 }
    let mean = inverse.reduce(0, +) / Double(inverse.count)
    return inverse.map { $0 / mean }
  }

  /// The SE of the mean with equal weights over that with these.
  var equalWeightLoss: Double {
    let count = Double(total.count)
    let equal = total.reduce(0, +) / (count * count)
    return (equal * total.reduce(0) { $0 + 1 / $1 }).squareRoot()
  }

  /// The variance of the mean over subjects.
  var meanVariance: Double {
    let count = Double(total.count)
    return total.reduce(0, +) / (count * count) + shared.reduce(0) { $0 + $1.variance }
  }
}
