import Glibc
import LinearAlgebra

@testable import MixedModels

/// A small cohort of donors in families, batches that cross donors, strata and a relationship.
struct StructuredCohort {
  var terms: [RandomTerm]
  var residual: ResidualVariance
  var fixed: Matrix
  var response: [Double]

  /// Which random part and residual variance.
  enum Kind: String, CaseIterable, Sendable {
    case donor, uncorrelated, quadratic, crossed, nested, strata, exponential, weighted, kinship
    /// A covariance for every other donor, and batches for some samples only.
    case groups
    /// Donors in families, crossed with batches; strata, weights, and samples without their donor.
    case mixed
    case power, combined, everything
    case serial, signedSerial, serialStrata, serialCrossed, serialKinship
  }

  init(_ kind: Kind, seed: UInt64, donors: Int = 15, visits: Int = 5) {
    var random = TestRandom(seed: seed)
    var rows: [(donor: Int, time: Double, batch: Int, site: Int, weight: Double)] = []
    for visit in 0..<visits {
      for donor in 0..<donors where random.uniform() > 0.1 {
        rows.append(
          (
            donor, Double(visit) - 1.9, Int(random.uniform() * 3), Int(random.uniform() * 3),
            0.4 + 2 * random.uniform()
          ))
      }
    }
    let n = rows.count
    let time = rows.map(\.time)
    let ones = [Double](repeating: 1, count: n)
    func term(
      _ group: String, _ columns: [[Double]], _ names: [String], _ level: [Int],
      _ relationship: Matrix? = nil
    ) -> RandomTerm {
      RandomTerm(
        group: group, columns: Matrix(rows: n, columns: columns), columnNames: names,
        levelOfRow: level, levelNames: (0...(level.max() ?? 0)).map(String.init),
        relationship: relationship)
    }
    let donor = rows.map(\.donor)
    let plain = term("donor", [ones, time], ["(Intercept)", "time"], donor)
    var relationship = Matrix(rows: donors, columns: donors)
    for i in 0..<donors {
      for j in 0...i { relationship[i, j] = i == j ? 1 : 0.2 * random.normal() }
    }
    let batch = term("batch", [ones], ["(Intercept)"], rows.map(\.batch))
    let family = term("family", [ones, time], ["(Intercept)", "time"], donor.map { $0 / 3 })
    switch kind {
    case .donor, .strata, .exponential, .power, .combined, .weighted, .serialStrata:
      terms = [plain]
    case .serial, .signedSerial: terms = [term("donor", [ones], ["(Intercept)"], donor)]
    case .uncorrelated:
      terms = [
        term("donor", [ones], ["(Intercept)"], donor), term("donor", [time], ["time"], donor),
      ]
    case .quadratic:
      terms = [
        term(
          "donor", [ones, time, time.map { $0 * $0 }], ["(Intercept)", "time", "square"], donor)
      ]
    case .crossed, .serialCrossed: terms = [plain, batch]
    case .nested: terms = [family, plain]
    case .groups:
      terms = (0..<2).map { group in
        term(
          "donor", [ones, time], ["(Intercept)", "time"],
          donor.map { $0 % 2 == group ? $0 / 2 : -1 })
      }
      terms.append(term("batch", [ones], ["(Intercept)"], rows.map { $0.batch - 1 }))
    case .mixed:
      var some = plain
      for row in rows.indices where rows[row].donor % 4 == 0 && rows[row].time < -1 {
        some.levelOfRow[row] = -1
      }
      terms = [family, batch, some]
    case .kinship, .everything, .serialKinship:
      let kinship = term("donor", [ones], ["(Intercept)"], donor, relationship)
      terms =
        kind == .kinship
        ? [plain, kinship] : kind == .serialKinship ? [kinship] : [plain, batch, family, kinship]
    }
    switch kind {
    case .strata:
      residual = .strata(levelOfRow: rows.map(\.site), levelNames: ["a", "b", "c"])
    case .exponential: residual = .exponential(time)
    case .power: residual = .power(time)
    case .combined:
      residual = .strata(levelOfRow: rows.map(\.site), levelNames: ["a", "b", "c"])
        .combined(with: .power(time)).combined(with: .exponential(time))
    case .weighted: residual = .homogeneous(samples: n, weights: rows.map(\.weight))
    case .everything, .mixed:
      residual = .strata(levelOfRow: rows.map(\.site), levelNames: ["a", "b", "c"])
      residual.weights = rows.map(\.weight)
    case .serialStrata:
      residual = .strata(levelOfRow: rows.map(\.site), levelNames: ["a", "b", "c"])
        .combined(with: .exponential(time))
      residual.weights = rows.map(\.weight)
    default: residual = .homogeneous(samples: n)
    }
    // Visits at 0, 1, 2, … but for some that are missing, and at unequal times.
    let isUnequal = kind == .serial || kind == .serialStrata || kind == .serialKinship
    if isUnequal || kind == .signedSerial || kind == .serialCrossed {
      residual.serial = SerialCorrelation(
        subjectOfRow: donor,
        times: time.map { isUnequal ? 0.3 * ($0 + 0.07 * $0 * $0) : ($0 + 1.9).rounded() },
        allowsNegative: !isUnequal)
    }
    let effects = (0..<donors).map { _ in (random.normal(), 0.4 * random.normal()) }
    let age = (0..<donors).map { _ in random.normal() }
    let batches = (0..<3).map { _ in random.normal() }
    fixed = Matrix(rows: n, columns: [ones, time, rows.map { age[$0.donor] }])
    response = rows.map { row in
      let (u0, u1) = effects[row.donor]
      let e = (0.6 + 0.4 * Double(row.site)) * random.normal()
      return 1 + 0.3 * row.time + u0 + u1 * row.time + batches[row.batch] + e
    }
  }
}

/// The criterion with full n × n matrices, by the textbook.
struct StructuredTwin {
  let cohort: StructuredCohort

  /// V/σ² for covariances D̃ in the terms' own units and φ.
  func covariance(_ d: [Matrix], phi: [Double]) -> [[Double]] {
    let n = cohort.response.count
    var v = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for (term, d) in zip(cohort.terms, d) {
      for i in 0..<n {
        for j in 0..<n {
          let (a, b) = (term.levelOfRow[i], term.levelOfRow[j])
          guard a >= 0, b >= 0 else { continue }
          var share = a == b ? 1.0 : 0
          if let l = term.relationship {
            share = (0..<l.columns).reduce(0) { $0 + l[a, $1] * l[b, $1] }
          }
          guard share != 0 else { continue }
          for r in 0..<d.rows {
            for s in 0..<d.columns {
              v[i][j] += share * term.columns[i, r] * d[r, s] * term.columns[j, s]
            }
          }
        }
      }
    }
    var deviations: [Double] = []
    for i in 0..<n {
      let log = (0..<cohort.residual.covariates.columns).reduce(0) {
        $0 + phi[$1] * cohort.residual.covariates[i, $1]
      }
      deviations.append(exp(log) / (cohort.residual.weights?[i] ?? 1).squareRoot())
    }
    for i in 0..<n {
      for j in 0..<n { v[i][j] += deviations[i] * deviations[j] * correlation(i, j, phi) }
    }
    return v
  }

  /// Of two residuals, ρ to the power of the time between them.
  private func correlation(_ i: Int, _ j: Int, _ phi: [Double]) -> Double {
    guard let serial = cohort.residual.serial else { return i == j ? 1 : 0 }
    guard serial.subjectOfRow[i] == serial.subjectOfRow[j] else { return 0 }
    let rho = serial.correlation(phi[phi.count - 1])
    let gap = abs(serial.times[i] - serial.times[j])
    return serial.allowsNegative && rho < 0 ? pow(rho, gap) : pow(abs(rho), gap)
  }

  /// log|V| + log|X'V⁻¹X| + ν log y'Py.
  func criterion(_ d: [Matrix], phi: [Double], x: Matrix, reml: Bool) -> Double {
    let n = cohort.response.count
    let tool = DenseTwin(x: [], z: [], y: [], donor: [])
    let (inverse, logDetV) = tool.invert(covariance(d, phi: phi))
    func form(_ a: [Double], _ b: [Double]) -> Double {
      (0..<n).reduce(0) { sum, i in
        sum + a[i] * (0..<n).reduce(0) { $0 + inverse[i][$1] * b[$1] }
      }
    }
    let columns = (0..<x.columns).map(x.column)
    let xvx = columns.map { a in columns.map { form(a, $0) } }
    let xvy = columns.map { form($0, cohort.response) }
    let (xvxInverse, logDetX) = tool.invert(xvx)
    var rss = form(cohort.response, cohort.response)
    for a in xvy.indices { for b in xvy.indices { rss -= xvy[a] * xvxInverse[a][b] * xvy[b] } }
    let nu = Double(reml ? n - x.columns : n)
    return logDetV + (reml ? logDetX : 0) + nu * log(rss)
  }
}
