import Glibc
import LinearAlgebra

/// What all subjects share.
struct SubjectFrame {
  private let rows: NewRows
  private let functions: [TrajectoryFunction]
  /// Xβ̂.
  private let fixed: [Double]
  private let deviations: [Double]
  private let serial: Double?
  /// D of all terms, a block each, and the first column of every term.
  private let prior: Matrix
  private let offsets: [Int]
  /// By function: the column of its random effect in every term that has it.
  private let places: [[(term: Int, column: Int)]]

  init(
    _ fit: LinearMixedFit, rows: NewRows, functions: [TrajectoryFunction]
  ) throws(ModelError) {
    self.rows = rows
    self.functions = functions
    fixed = rows.fixed * fit.coefficients
    let parameters = fit.residualParameterValues
    deviations = (0..<rows.count).map { row in
      var log = 0.0
      for (k, covariate) in rows.residualCovariates.enumerated() {
        log += parameters[k] * covariate[row]
      }
      return fit.residualDeviation * exp(log) / rows.weights[row].squareRoot()
    }
    serial = fit.serialParameter
    let blocks = fit.covariances
    var offsets = [0]
    for block in blocks { offsets.append(offsets[offsets.count - 1] + block.rows) }
    var prior = Matrix(rows: offsets[blocks.count], columns: offsets[blocks.count])
    for (term, block) in blocks.enumerated() {
      for a in 0..<block.rows {
        for b in 0..<block.rows { prior[offsets[term] + a, offsets[term] + b] = block[a, b] }
      }
    }
    self.prior = prior
    self.offsets = offsets
    var places: [[(term: Int, column: Int)]] = []
    for function in functions {
      var found: [(term: Int, column: Int)] = []
      if case .effect(let name) = function {
        for (term, random) in fit.model.terms.enumerated() {
          if let column = random.columnNames.firstIndex(of: name) { found.append((term, column)) }
        }
        guard !found.isEmpty else {
          throw ModelError(
            "no such random effect", found: "'\(name)'",
            expected: "one of "
              + fit.model.terms.flatMap(\.columnNames).joined(separator: ", "))
        }
      }
      places.append(found)
    }
    self.places = places
  }

  /// z of a row over all terms.
  private func effects(of row: Int) -> [Double] {
    var z = [Double](repeating: 0, count: prior.rows)
    for (term, columns) in rows.columns.enumerated() where rows.levels[term][row] != .none {
      for a in 0..<columns.columns { z[offsets[term] + a] = columns[row, a] }
    }
    return z
  }

  func moments(of measured: [Int], asked: [Int]) -> SubjectMoments {
    let q = prior.rows
    let z = measured.map(effects)
    let images = z.map { prior * $0 }
    let rest = measured.map { rows.responses[$0] - fixed[$0] }
    // L⁻¹ of ZD and of y − Xβ̂, with V = LL'.
    var whitened = (0..<measured.count).map { images[$0] + [rest[$0]] }
    var factor = Matrix(rows: measured.count, columns: measured.count)
    for i in measured.indices {
      for k in 0...i {
        var value = dotProduct(images[i], z[k]) + residual(measured[i], measured[k])
        for l in 0..<k { value -= factor[i, l] * factor[k, l] }
        factor[i, k] = i == k ? max(value, 1e-300).squareRoot() : value / factor[k, k]
      }
      for k in 0..<i {
        for c in 0...q { whitened[i][c] -= factor[i, k] * whitened[k][c] }
      }
      for c in 0...q { whitened[i][c] /= factor[i, i] }
    }
    var mean = [Double](repeating: 0, count: q)
    var covariance = prior
    for row in whitened {
      for a in 0..<q {
        mean[a] += row[a] * row[q]
        for b in 0..<q { covariance[a, b] -= row[a] * row[b] }
      }
    }
    let own = ownEffects(z, rest, measured)
    let present = (rows.levels.indices).map { term in
      measured.contains { rows.levels[term][$0] != .none }
    }
    var result = SubjectMoments(
      means: [], covariance: Matrix(rows: functions.count, columns: functions.count), own: [],
      deviations: asked.map { deviations[$0] })
    let parts = functions.indices.map { weights(of: $0, asked: asked, present: present) }
    for (k, weight) in parts.enumerated() {
      let image = covariance * weight.effects
      result.means.append(weight.fixed + dotProduct(weight.effects, mean))
      result.own.append(own.map { weight.fixed + dotProduct(weight.effects, $0) } ?? .nan)
      for l in functions.indices {
        result.covariance[k, l] = dotProduct(image, parts[l].effects)
      }
      result.covariance[k, k] = max(0, result.covariance[k, k])
    }
    return result
  }

  /// What a function has of the fixed part, offset included, and of the random effects.
  private func weights(
    of function: Int, asked: [Int], present: [Bool]
  ) -> (fixed: Double, effects: [Double]) {
    var sum = (fixed: 0.0, effects: [Double](repeating: 0, count: prior.rows))
    switch functions[function] {
    case .rows(let weights):
      for (place, weight) in weights.sorted(by: { $0.key < $1.key }) {
        let row = asked[place]
        sum.fixed += weight * (fixed[row] + rows.offset[row])
        for (a, value) in effects(of: row).enumerated() { sum.effects[a] += weight * value }
      }
    case .effect:
      for (term, column) in places[function] where present[term] {
        sum.effects[offsets[term] + column] = 1
      }
    }
    return sum
  }

  private func residual(_ one: Int, _ two: Int) -> Double {
    if one == two { return deviations[one] * deviations[one] }
    guard let serial, let times = rows.times else { return 0 }
    let gap = abs(times[one] - times[two])
    let correlation =
      serial < 0
      ? (gap.truncatingRemainder(dividingBy: 2) == 0 ? 1 : -1) * pow(-serial, gap)
      : pow(serial, gap)
    return deviations[one] * deviations[two] * correlation
  }

  /// Least squares of the rows on the columns that the subject has; nil where they do not determine
  /// the effects.
  private func ownEffects(_ z: [[Double]], _ rest: [Double], _ measured: [Int]) -> [Double]? {
    let used = (0..<prior.rows).filter { a in z.contains { $0[a] != 0 } }
    guard !used.isEmpty, z.count >= used.count else { return nil }
    var columns = Matrix(rows: z.count, columns: used.count)
    var scaled = rest
    for i in z.indices {
      scaled[i] /= deviations[measured[i]]
      for (place, a) in used.enumerated() {
        columns[i, place] = z[i][a] / deviations[measured[i]]
      }
    }
    guard let basis = try? OrthonormalBasis(columns) else { return nil }
    let solution = basis.inverseR * (basis.q.transposed * scaled)
    var effects = [Double](repeating: 0, count: prior.rows)
    for (place, a) in used.enumerated() { effects[a] = solution[place] }
    return effects
  }
}
