import Foundation
import LinearAlgebra
import Testing

@testable import MixedModels

@Suite struct GeneralizedLinearModelTests {
  /// An intercept and an indicator of the second half of rows.
  private static func twoGroups(_ count: Int) -> Matrix {
    Matrix(
      rows: count,
      columns: [
        [Double](repeating: 1, count: count), (0..<count).map { $0 < count / 2 ? 0 : 1 },
      ])
  }

  @Test("two proportions have the log odds ratio and Woolf's standard error")
  func oddsRatio() throws {
    let (a, b, c, d) = (12.0, 28.0, 25.0, 9.0)
    let model = try GeneralizedLinearModel(
      family: .binomial, response: [a / (a + b), c / (c + d)], sizes: [a + b, c + d],
      columns: Self.twoGroups(2))
    let fit = model.fit()
    #expect(fit.status == .ok)
    // Newton's last step is below 1e-9, its error the square of that.
    #expect(abs(fit.coefficients[0] - log(a / b)) < 1e-12)
    #expect(abs(fit.coefficients[1] - (log(c / d) - log(a / b))) < 1e-12)
    let variance = 1 / a + 1 / b + 1 / c + 1 / d
    #expect(abs(fit.covariance[1, 1] / variance - 1) < 1e-10)
    func logDensity(_ k: Double, _ n: Double) -> Double {
      lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(k / n)
        + (n - k) * log(1 - k / n)
    }
    #expect(abs(fit.deviance + 2 * (logDensity(a, a + b) + logDensity(c, c + d))) < 1e-10)
  }

  @Test("two counts with exposures have the log ratio of their rates")
  func rateRatio() throws {
    let (counts, exposures) = ([30.0, 17], [120.0, 31])
    let model = try GeneralizedLinearModel(
      family: .poisson, response: counts, offset: exposures.map { log($0) },
      columns: Self.twoGroups(2))
    let fit = model.fit()
    #expect(fit.status == .ok)
    #expect(abs(fit.coefficients[0] - log(30.0 / 120)) < 1e-12)
    #expect(abs(fit.coefficients[1] - log(17.0 / 31 / (30.0 / 120))) < 1e-12)
    #expect(abs(fit.covariance[1, 1] - (1.0 / 30 + 1.0 / 17)) < 1e-12)
    let expected = counts.reduce(0) { $0 - 2 * ($1 * log($1) - $1 - lgamma($1 + 1)) }
    #expect(abs(fit.deviance - expected) < 1e-10)
  }

  @Test("a score of 0 and the information's inverse are found whatever the units")
  func optimum() throws {
    let x = (0..<40).map { 1e5 + 1e-3 * Double($0 * $0 % 41) }
    let y = (0..<40).map { ($0 * 7) % 5 < 2 ? 1.0 : 0 }
    let columns = Matrix(rows: 40, columns: [[Double](repeating: 1, count: 40), x])
    let fit = try GeneralizedLinearModel(family: .binomial, response: y, columns: columns).fit()
    #expect(fit.status == .ok)
    let rest = zip(y, fit.linearPredictor).map { $0 - 1 / (1 + exp(-$1)) }
    #expect(abs(rest.reduce(0, +)) < 1e-9)
    #expect(abs(zip(rest, x).reduce(0) { $0 + $1.0 * ($1.1 - 1e5) }) < 1e-9)
  }

  @Test("a threshold that tells all responses is complete separation", arguments: [1.0, 1e-6])
  func completeSeparation(unit: Double) throws {
    let x = (0..<20).map { unit * Double($0) }
    let y = (0..<20).map { $0 < 11 ? 0.0 : 1 }
    let columns = Matrix(rows: 20, columns: [[Double](repeating: 1, count: 20), x])
    let fit = try GeneralizedLinearModel(family: .binomial, response: y, columns: columns).fit()
    guard case .separated(let separation) = fit.status else {
      Issue.record("\(fit.status)")
      return
    }
    #expect(separation.isComplete)
    #expect(separation.columns == [0, 1])
  }

  @Test("a group without events is quasi-complete separation by its column alone")
  func quasiSeparation() throws {
    let group = (0..<30).map { $0 < 20 ? 0.0 : 1 }
    let x = (0..<30).map { Double(($0 * 11) % 7) }
    let y = (0..<30).map { $0 < 20 && $0 % 3 == 0 ? 1.0 : 0 }
    let columns = Matrix(rows: 30, columns: [[Double](repeating: 1, count: 30), x, group])
    for family in ResponseFamily.allCases {
      let fit = try GeneralizedLinearModel(family: family, response: y, columns: columns).fit()
      guard case .separated(let separation) = fit.status else {
        Issue.record("\(family): \(fit.status)")
        continue
      }
      #expect(separation.columns == [2])
      #expect(!separation.isComplete)
    }
  }

  @Test("an effect that is strong but finite is no separation")
  func overlap() throws {
    var y = (0..<200).map { $0 < 100 ? 0.0 : 1 }
    y.swapAt(99, 100)
    let columns = Matrix(
      rows: 200, columns: [[Double](repeating: 1, count: 200), (0..<200).map(Double.init)])
    let fit = try GeneralizedLinearModel(family: .binomial, response: y, columns: columns).fit()
    #expect(fit.status == .ok)
    #expect(fit.coefficients[1] > 1)
  }

  @Test("log-densities of counts hold their digits however large they are")
  func largeCounts() {
    let family = ResponseFamily.poisson
    for y in [1.0, 7, 15, 16, 40, 1e3] {
      let direct = y * log(y) - y - lgamma(y + 1)
      // Rounding of y log y.
      #expect(abs(family.logNormaliser(y, size: 1) - direct) < 1e-15 * y * log(y + 1) + 1e-14)
    }
    // Near its mean a count's log-density falls by half the squared relative distance times y.
    let y = 1e12
    let link = family.link(of: y)
    let fall = family.shortfall(y, link + 1e-7, link: link)
    #expect(abs(fall / (0.5 * y * 1e-14) - 1) < 1e-2)
    #expect(family.shortfall(0, -2, link: 0) == exp(-2))
  }

  @Test("moments are the derivatives of the cumulant", arguments: ResponseFamily.allCases)
  func derivatives(family: ResponseFamily) {
    for eta in [-20.0, -3, -0.1, 0, 0.2, 2, 6] {
      let h = 1e-4
      let (mean, variance, slope) = family.moments(eta)
      let scale = max(1, abs(family.cumulant(eta)))
      let numeric = (family.cumulant(eta + h) - family.cumulant(eta - h)) / (2 * h)
      // Central differences: h² of third derivatives, and rounding over h.
      #expect(abs(numeric - mean) < 1e-7 * scale)
      let slopeOfMean = (family.mean(eta + h) - family.mean(eta - h)) / (2 * h)
      #expect(abs(slopeOfMean - variance) < 1e-7 * scale)
      let slopeOfVariance =
        (family.moments(eta + h).variance - family.moments(eta - h).variance) / (2 * h)
      #expect(abs(slopeOfVariance - slope) < 1e-7 * scale)
    }
  }
}
