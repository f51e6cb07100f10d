import Foundation
import LinearAlgebra
import Testing

@testable import MixedModels

@Suite struct GeneralizedPredictionTests {
  private static func model(_ family: ResponseFamily) throws -> (
    GeneralizedLinearMixedModel, ModelFrame
  ) {
    let data = GeneralizedData(family, subjects: 30, items: 6, seed: 7)
    let frame = ModelFrame(
      rowCount: data.subject.count,
      columns: [
        "y": .numeric(data.rows.response), "n": .numeric(data.rows.sizes),
        "time": .numeric(data.time), "off": .numeric(data.rows.offset),
        "arm": .numeric(data.rows.columns.column(1)),
        "subject": .text(data.subject.map { "s\($0)" }), "item": .text(data.item.map { "i\($0)" }),
      ])
    var options = GeneralizedModelOptions(family: family)
    options.weights = "n"
    options.offset = "off"
    return (
      try GeneralizedLinearMixedModel(
        try Formula("y ~ time + arm + (1 + time | subject) + (1 | item)"), frame: frame,
        options: options), frame
    )
  }

  @Test(
    "known levels have the fitted means, with intervals of dense matrices",
    arguments: ResponseFamily.allCases)
  func known(family: ResponseFamily) throws {
    let (model, frame) = try Self.model(family)
    let fit = model.fit()
    let predictions = try fit.predict(frame)
    let means = fit.conditionalMeans
    let dense = try DenseLink(model: model, fit: fit)
    for (row, prediction) in predictions.enumerated() {
      #expect(abs(prediction.fitted - means[row]) < 1e-9 * max(1, means[row]))
      let deviation = dense.variances[row].squareRoot()
      let eta = family.linkOfMean(means[row])
      // Solved by other means from the same estimates.
      #expect(
        abs(prediction.standardError / (family.moments(eta).variance * deviation) - 1) < 1e-6)
      let half = 1.959963984540054 * deviation
      #expect(abs(prediction.lower - family.mean(eta - half)) < 1e-6 * max(1, prediction.lower))
      #expect(abs(prediction.upper - family.mean(eta + half)) < 1e-6 * max(1, prediction.upper))
    }
  }

  @Test("a subject without data has the population's uncertainty, a missing one none of it")
  func unknown() throws {
    let (model, frame) = try Self.model(.poisson)
    let fit = model.fit()
    var columns = frame.columns
    columns["subject"] = .text([String](repeating: "new", count: frame.rowCount))
    let new = try fit.predict(ModelFrame(rowCount: frame.rowCount, columns: columns))
    columns["subject"] = .text([String](repeating: "", count: frame.rowCount))
    let average = try fit.predict(ModelFrame(rowCount: frame.rowCount, columns: columns))
    let d = fit.covariances[0]
    guard case .numeric(let times)? = frame.columns["time"] else { return }
    for (row, time) in times.enumerated() {
      #expect(abs(new[row].fitted - average[row].fitted) < 1e-12 * average[row].fitted)
      // Of counts the error is the mean times that of its logarithm.
      let (a, b) = (
        new[row].standardError / new[row].fitted, average[row].standardError / average[row].fitted
      )
      let prior = d[0, 0] + 2 * time * d[0, 1] + time * time * d[1, 1]
      #expect(abs(a * a - b * b - prior) < 1e-9)
    }
  }

  @Test("intervals of new counts hold what they say")
  func counts() throws {
    let (model, frame) = try Self.model(.poisson)
    let predictions = try model.fit().predict(frame)
    for prediction in predictions.prefix(5) {
      // P(count ≤ k), the log mean normal: sums of the distribution under the trapezoidal rule.
      let deviation = prediction.standardError / prediction.fitted
      func cumulative(_ k: Double) -> Double {
        guard k >= 0 else { return 0 }
        var (sum, total) = (0.0, 0.0)
        for step in -800...800 {
          let z = Double(step) / 100
          let mean = prediction.fitted * exp(deviation * z)
          let weight = exp(-0.5 * z * z)
          var (term, below) = (exp(-mean), 0.0)
          for count in 0...Int(k) {
            below += term
            term *= mean / Double(count + 1)
          }
          sum += weight * below
          total += weight
        }
        return sum / total
      }
      let (lower, upper) = (prediction.lowerNew, prediction.upperNew)
      #expect(cumulative(lower) >= 0.025 && cumulative(lower - 1) < 0.025)
      #expect(cumulative(upper) >= 0.975 && cumulative(upper - 1) < 0.975)
    }
    let (binary, rows) = try Self.model(.binomial)
    #expect(try binary.fit().predict(rows).allSatisfy { $0.lowerNew.isNaN })
  }
}

/// Var(η̂ − η) of every row by dense matrices at the fit's estimates.
private struct DenseLink {
  let variances: [Double]

  init(model: GeneralizedLinearMixedModel, fit: GeneralizedLinearMixedFit) throws {
    let n = model.observationCount
    var columns: [[Double]] = []
    var prior: [(start: Int, block: Matrix)] = []
    for (term, d) in zip(model.terms, fit.covariances) {
      for level in 0..<term.levelCount {
        prior.append((columns.count, try #require(positiveDefiniteInverse(d))))
        for a in 0..<d.rows {
          columns.append(
            (0..<n).map { term.levelOfRow[$0] == level ? term.columns[$0, a] : 0 })
        }
      }
    }
    let z = Matrix(rows: n, columns: columns)
    let family = model.options.family
    let weights = fit.conditionalMeans.enumerated().map { row, mean in
      model.response.sizes[row] * family.moments(family.linkOfMean(mean)).variance
    }
    func weighted(_ m: Matrix) -> Matrix {
      var scaled = m
      for row in 0..<n { for j in 0..<m.columns { scaled[row, j] *= weights[row] } }
      return scaled
    }
    var precision = z.transposed * weighted(z)
    for (start, block) in prior {
      for a in 0..<block.rows {
        for b in 0..<block.rows { precision[start + a, start + b] += block[a, b] }
      }
    }
    let c = try #require(positiveDefiniteInverse(precision))
    let moved = c * (z.transposed * weighted(model.fixed))
    let own = z * moved
    let covariance = fit.coefficientCovariance
    let conditional = z * c
    variances = (0..<n).map { row in
      var sum = (0..<z.columns).reduce(0) { $0 + conditional[row, $1] * z[row, $1] }
      let slope = (0..<model.fixed.columns).map { model.fixed[row, $0] - own[row, $0] }
      for i in slope.indices {
        for j in slope.indices { sum += slope[i] * covariance[i][j] * slope[j] }
      }
      return sum
    }
  }
}
