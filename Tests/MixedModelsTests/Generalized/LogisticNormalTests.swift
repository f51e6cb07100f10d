import Glibc
import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("Logistic-normal integrals and regressions on uncertain predictors")
struct LogisticNormalTests {
  /// Simpson's rule over 12 standard deviations in steps of 1/2000.
  private static func slow(_ eta: Double, _ deviation: Double) -> Double {
    let count = 48_000
    let step = 24 / Double(count)
    var sum = 0.0
    for node in 0...count {
      let u = -12 + Double(node) * step
      let weight = node == 0 || node == count ? 1.0 : node % 2 == 1 ? 4 : 2
      sum += weight * exp(-0.5 * u * u) / (1 + exp(-(eta + deviation * u)))
    }
    return sum * step / 3 / (2 * Double.pi).squareRoot()
  }

  @Test(arguments: [0, 1e-3, 0.4, 0.8, 1, 2.5, 7, 25])
  func `the rule agrees with a fine one`(_ deviation: Double) {
    for eta in [-9, -2.5, -0.3, 0, 1.7, 6] {
      let found = LogisticNormal(eta: eta, deviation: deviation)
      let wanted = Self.slow(eta, deviation)
      // Rounding of the sums; the tails of the finer rule are below 1e-30.
      #expect(abs(found.probability - wanted) < 1e-12, "\(eta) ± \(deviation)")
      #expect(abs(found.probability + found.complement - 1) < 1e-14)
    }
  }

  @Test(arguments: [0, 0.5, 1.5, 4])
  func `derivatives are the slopes of the ones before`(_ deviation: Double) {
    let h = 1e-4
    for eta in [-3, -0.5, 0.2, 2] {
      let (below, above) = (
        LogisticNormal(eta: eta - h, deviation: deviation),
        LogisticNormal(eta: eta + h, deviation: deviation)
      )
      let here = LogisticNormal(eta: eta, deviation: deviation)
      let pairs: [(KeyPath<LogisticNormal, Double>, Double)] = [
        (\.probability, here.first), (\.first, here.second), (\.second, here.third),
        (\.third, here.fourth),
      ]
      for (path, wanted) in pairs {
        let slope = (above[keyPath: path] - below[keyPath: path]) / (2 * h)
        // The error of a central difference is h²/6 times a third derivative below 1.
        #expect(abs(slope - wanted) < 1e-8)
      }
    }
  }

  @Test func `probabilities far out keep their relative precision`() {
    let found = LogisticNormal(eta: 45, deviation: 0.5)
    // E[exp(−η − σu)] = exp(−η + σ²/2).
    #expect(abs(found.complement / exp(-45 + 0.125) - 1) < 1e-10)
  }

  /// Eighty rows with one known and two uncertain columns; residuals by a fixed rule.
  private static func model(scale: Double, unit: Double = 1) -> UncertainLogisticModel {
    var rows: [[Double]] = []
    var covariances: [Matrix] = []
    var outcome: [Double] = []
    for row in 0..<80 {
      let x = (Double(row) * 1.37).remainder(dividingBy: 2)
      let z = (Double(row) * 2.11).remainder(dividingBy: 3)
      let noise = (Double(row) * 3.71).remainder(dividingBy: 2.6)
      rows.append([1, x * unit, z])
      let (a, b) = (scale * (0.2 + 0.1 * Double(row % 4)), scale * (0.3 + 0.1 * Double(row % 3)))
      covariances.append(
        Matrix(
          rows: 2, columns: 2,
          elements: [a * unit * unit, 0.1 * scale * unit, 0.1 * scale * unit, b]))
      outcome.append(0.3 + 1.2 * x - 0.5 * z + 1.5 * noise > 0 ? 1 : 0)
    }
    return UncertainLogisticModel(
      columns: Matrix(rows: 80, columns: 3, elements: rows.flatMap(\.self)), uncertainCount: 2,
      covariances: covariances, outcome: outcome)
  }

  /// −2 log-likelihood from the definition.
  private static func deviance(_ model: UncertainLogisticModel, _ beta: [Double]) -> Double {
    model.outcome.indices.reduce(0) { sum, row in
      let x = (0..<3).map { model.columns[row, $0] }
      let tail = Array(beta.suffix(2))
      let variance = dotProduct(model.covariances[row] * tail, tail)
      let p = slow(dotProduct(x, beta), variance.squareRoot())
      return sum - 2 * log(model.outcome[row] == 1 ? p : 1 - p)
    }
  }

  @Test func `estimates maximise the likelihood and errors are its curvature`() throws {
    let model = Self.model(scale: 1)
    let fit = try model.fit()
    #expect(fit.status == .ok)
    #expect(abs(fit.deviance - Self.deviance(model, fit.coefficients)) < 1e-9)
    let h = 1e-3
    var information = Matrix(rows: 3, columns: 3)
    func moved(_ a: Int, _ s: Double, _ b: Int, _ t: Double) -> Double {
      var beta = fit.coefficients
      beta[a] += s * h
      beta[b] += t * h
      return Self.deviance(model, beta)
    }
    for a in 0..<3 {
      // The slope at the optimum, by a central difference.
      #expect(abs(moved(a, 1, a, 0) - moved(a, -1, a, 0)) / (2 * h) < 1e-4)
      for b in 0..<3 {
        let second = moved(a, 1, b, 1) - moved(a, 1, b, -1) - moved(a, -1, b, 1)
        information[a, b] = (second + moved(a, -1, b, -1)) / (4 * h * h) / 2
      }
    }
    let wanted = try #require(positiveDefiniteInverse(information))
    for (found, wanted) in zip(fit.covariance.elements, wanted.elements) {
      // Differences of second order have an error of h² and of rounding, 1e-12/h².
      #expect(abs(found - wanted) < 1e-4 * (1 + abs(wanted)))
    }
  }

  @Test func `without uncertainty the fit is logistic regression`() throws {
    let known = Self.model(scale: 0)
    let found = try known.fit()
    let wanted = try GeneralizedLinearModel(
      family: .binomial, response: known.outcome, columns: known.columns
    ).fit()
    for (a, b) in zip(found.coefficients, wanted.coefficients) { #expect(abs(a - b) < 1e-7) }
    #expect(abs(found.deviance - wanted.deviance) < 1e-9)
  }

  @Test func `uncertainty makes effects larger and units do not matter`() throws {
    let plain = try Self.model(scale: 0).fit()
    let fit = try Self.model(scale: 1).fit()
    #expect(abs(fit.coefficients[1]) > abs(plain.coefficients[1]))
    let scaled = try Self.model(scale: 1, unit: 1000).fit()
    #expect(abs(scaled.coefficients[1] * 1000 - fit.coefficients[1]) < 1e-6)
    #expect(abs(scaled.deviance - fit.deviance) < 1e-9)
  }

  @Test func `effects that outgrow what is known of their predictors have no estimates`() throws {
    // Means tell the outcome but for two rows; their covariances say that they tell little.
    var outcome = (0..<40).map { $0 < 20 ? 0.0 : 1 }
    outcome[19] = 1
    outcome[20] = 0
    let columns = Matrix(
      rows: 40,
      columns: [
        [Double](repeating: 1, count: 40), (0..<40).map { (Double($0) - 19.5) / 10 },
      ])
    let model = UncertainLogisticModel(
      columns: columns, uncertainCount: 1,
      covariances: (0..<40).map { _ in Matrix(rows: 1, columns: 1, elements: [0.5]) },
      outcome: outcome)
    #expect(try model.fit().status == .unbounded)
  }

  @Test func `separation is told as by logistic regression`() throws {
    let columns = Matrix(
      rows: 20,
      columns: [[Double](repeating: 1, count: 20), (0..<20).map { Double($0) }])
    let model = UncertainLogisticModel(
      columns: columns, uncertainCount: 1,
      covariances: (0..<20).map { _ in Matrix(rows: 1, columns: 1, elements: [1]) },
      outcome: (0..<20).map { $0 < 10 ? 0 : 1 })
    guard case .separated(let separation) = try model.fit().status else {
      Issue.record("not separated")
      return
    }
    #expect(separation.isComplete && separation.columns.contains(1))
  }
}
