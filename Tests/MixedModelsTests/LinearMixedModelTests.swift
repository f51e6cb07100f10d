import Glibc
import MixedModels
import Testing

/// Linear mixed models by the public interface alone, against closed forms.
@Suite("Linear mixed models without genotypes") struct LinearMixedModelTests {
  /// Six groups of five, as Dyestuff is: values with no pattern.
  private static let groups = (0..<6).flatMap { group in (0..<5).map { _ in "g\(group)" } }
  private static let values: [Double] = (0..<30).map { row in
    let group = Double(row / 5)
    return 10 + 2 * (group * 1.7).remainder(dividingBy: 1.3)
      + (Double(row) * 2.39).remainder(dividingBy: 1.1)
  }

  private func fit(
    _ formula: String, _ columns: [String: ModelFrame.Column],
    _ change: (inout LinearModelOptions) -> Void = { _ in }
  ) throws -> LinearMixedFit {
    var options = LinearModelOptions()
    change(&options)
    let frame = ModelFrame(rowCount: Self.values.count, columns: columns)
    return try LinearMixedModel(try Formula(formula), frame: frame, options: options).fit()
  }

  private var columns: [String: ModelFrame.Column] {
    ["y": .numeric(Self.values), "group": .text(Self.groups)]
  }

  private struct OneWay {
    var mean: Double
    var between: Double
    var within: Double
    var means: [Double]
  }

  /// Means and mean squares of the balanced one-way layout.
  private static var oneWay: OneWay {
    let means = (0..<6).map { group in values[(5 * group)..<(5 * group + 5)].reduce(0, +) / 5 }
    let mean = means.reduce(0, +) / 6
    let between = means.reduce(0) { $0 + 5 * ($1 - mean) * ($1 - mean) } / 5
    let within =
      values.enumerated().reduce(0) {
        $0 + ($1.element - means[$1.offset / 5]) * ($1.element - means[$1.offset / 5])
      } / 24
    return OneWay(mean: mean, between: between, within: within, means: means)
  }

  @Test("REML of a balanced one-way layout is the analysis of variance")
  func oneWay() throws {
    let fit = try fit("y ~ 1 + (1 | group)", columns)
    let expected = Self.oneWay
    #expect(fit.status == .ok)
    let variance = try #require(fit.varianceComponents.first).covariance
    // The optimiser stops within 1e-7 of the deviance, which moves variances by its root at most.
    #expect(abs(variance - (expected.between - expected.within) / 5) < 1e-6 * variance)
    #expect(abs(fit.residualDeviation * fit.residualDeviation - expected.within) < 1e-6)
    let intercept = try #require(fit.fixedEffects.first)
    #expect(abs(intercept.estimate - expected.mean) < 1e-12)
    #expect(abs(intercept.standardError - (expected.between / 30).squareRoot()) < 1e-7)
    // Satterthwaite's degrees of freedom of the mean are those of the groups.
    #expect(abs(intercept.degreesOfFreedom - 5) < 1e-5)
  }

  @Test("BLUPs shrink group means by the ratio of variances")
  func shrinkage() throws {
    let fit = try fit("y ~ 1 + (1 | group)", columns)
    let expected = Self.oneWay
    let weight = 1 - expected.within / expected.between
    #expect(fit.randomEffects.count == 6)
    for (effect, mean) in zip(fit.randomEffects, expected.means) {
      #expect(abs(effect.ownEstimate - (mean - expected.mean)) < 1e-10)
      #expect(abs(effect.shrinkage - weight) < 1e-6)
      #expect(abs(effect.estimate - weight * (mean - expected.mean)) < 1e-6)
    }
  }

  @Test("a new group is predicted by the mean, and by its shrunken first measurement")
  func newGroup() throws {
    let fit = try fit("y ~ 1 + (1 | group)", columns)
    let expected = Self.oneWay
    let variance = (expected.between - expected.within) / 5
    let frame = ModelFrame(rowCount: 3, columns: ["group": .text(["new", "seen", "seen"])])
    let predictions = try fit.predict(frame, responses: [.nan, 14, .nan])
    #expect(abs(predictions[0].fitted - expected.mean) < 1e-10)
    let moved = expected.mean + variance / (variance + expected.within) * (14 - expected.mean)
    #expect(abs(predictions[2].fitted - moved) < 1e-5)
    #expect(predictions[2].standardError < predictions[0].standardError)
    #expect(predictions[0].newDeviation > predictions[0].standardError)
    #expect(abs(predictions[0].probability(above: expected.mean) - 0.5) < 1e-12)
  }

  /// Variances of the balanced crossed layout of 60 × 20, from its mean squares.
  private static func crossed(
    _ y: [Double]
  ) -> (subjects: Double, items: Double, rest: Double) {
    let mean = y.reduce(0, +) / 1200
    var bySubject = [Double](repeating: 0, count: 60)
    var byItem = [Double](repeating: 0, count: 20)
    for (row, value) in y.enumerated() {
      bySubject[row / 20] += value / 20
      byItem[row % 20] += value / 60
    }
    func square(_ x: Double) -> Double { x * x }
    let subjects = bySubject.reduce(0) { $0 + 20 * square($1 - mean) } / 59
    let items = byItem.reduce(0) { $0 + 60 * square($1 - mean) } / 19
    var rest = 0.0
    for (row, value) in y.enumerated() {
      rest += square(value - bySubject[row / 20] - byItem[row % 20] + mean)
    }
    rest /= 59 * 19
    return ((subjects - rest) / 20, (items - rest) / 60, rest)
  }

  @Test("fits with crossed factors are those of the dense criterion at the same point")
  func criteria() throws {
    // 1,200 rows of 60 × 20 levels: large enough for the sparse criterion.
    let rows = 1200
    let subject = (0..<rows).map { "s\($0 / 20)" }
    let item = (0..<rows).map { "i\($0 % 20)" }
    let y = (0..<rows).map { (row: Int) -> Double in
      let subject = (Double(row / 20) * 0.731).remainder(dividingBy: 2)
      let item = (Double(row % 20) * 0.377).remainder(dividingBy: 1)
      return subject + item + (Double(row) * 1.237).remainder(dividingBy: 1.7)
    }
    let frame = ModelFrame(
      rowCount: rows,
      columns: ["y": .numeric(y), "subject": .text(subject), "item": .text(item)])
    var deviances: [Double] = []
    for method in [DegreesOfFreedomMethod.satterthwaite, .kenwardRoger] {
      var options = LinearModelOptions()
      options.degreesOfFreedom = method
      let fit = try LinearMixedModel(
        try Formula("y ~ 1 + (1 | subject) + (1 | item)"), frame: frame, options: options
      ).fit()
      #expect(fit.status == .ok)
      deviances.append(fit.deviance)
      // Balanced: the mean squares of subjects, items and the rest.
      let expected = Self.crossed(y)
      let found = fit.varianceComponents.map(\.covariance)
      #expect(abs(found[0] - expected.subjects) < 1e-6 * found[0])
      #expect(abs(found[1] - expected.items) < 1e-6 * found[1])
      #expect(abs(fit.residualDeviation - expected.rest.squareRoot()) < 1e-6)
    }
    #expect(abs(deviances[0] - deviances[1]) < 1e-8)
  }

  @Test("a response of zero variance between groups ends on the boundary")
  func boundary() throws {
    // Every group has the same five values: the mean squares between are 0.
    let y = (0..<30).map { Double($0 % 5) }
    var columns = columns
    columns["y"] = .numeric(y)
    let fit = try fit("y ~ 1 + (1 | group)", columns)
    #expect(fit.status == .boundary)
    #expect(fit.varianceComponents[0].covariance == 0)
    #expect(fit.varianceComponents[0].lower.isNaN)
    #expect(abs(fit.residualDeviation * fit.residualDeviation - 60.0 / 29) < 1e-9)
  }

  @Test("a mixture of chi-squared distributions is the reference of a variance of 0")
  func mixture() throws {
    let fit = try fit("y ~ 1 + (1 | group)", columns)
    let test = try #require(fit.randomEffectTests(BootstrapOptions(replicates: 60)).first)
    #expect(test.reference == .mixture(0))
    // Without the random intercept: one mean and one variance.
    let expected = Self.oneWay
    let total = (5 * expected.between + 24 * expected.within) / 29
    let reduced = 29 * log(total)
    let full = 24 * log(expected.within) + 5 * log(expected.between)
    #expect(abs(test.statistic - (reduced - full)) < 1e-6)
    #expect(test.replicates == 60)
    #expect(try #require(test.bootstrapPValue) < 0.2)
  }
}
