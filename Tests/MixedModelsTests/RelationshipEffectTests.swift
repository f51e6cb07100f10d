import LinearAlgebra
import Testing

@testable import MixedModels

/// Random effects of levels that covary, against levels that do not and against the textbook.
@Suite struct RelationshipEffectTests {
  /// Five levels with four rows each.
  private static let level = (0..<20).map { $0 / 4 }
  private static let time: [Double] = (0..<20).map { Double($0 % 4) - 1.5 }
  private static let response: [Double] = (0..<20).map { row in
    let noise = Double((row * 37 + 11) % 17) / 4
    let slope = 0.3 * Double(level[row] + 1)
    return noise + slope * time[row]
  }

  private static func fit(_ relationship: Matrix?) throws -> LinearMixedFit {
    let ones = [Double](repeating: 1, count: 20)
    let columns = Matrix(rows: 20, columns: [ones, time])
    let matrices = ModelMatrices(
      fixed: columns, fixedNames: ["(Intercept)", "time"],
      genotype: Matrix(rows: 20, columns: [ones]), genotypeNames: ["genotype"], testedColumns: [0],
      random: Matrix(rows: 20, columns: [ones]), shape: .scalar, randomNames: ["(Intercept)"],
      donorOfSample: level,
      terms: [
        RandomTerm(
          group: "donor", columns: columns, columnNames: ["(Intercept)", "time"],
          levelOfRow: level, levelNames: ["a", "b", "c", "d", "e"], relationship: relationship)
      ])
    return try LinearMixedModel(
      pairOf: Formula("y ~ time + genotype + (1 + time | donor)"), matrices: matrices,
      donorNames: ["a", "b", "c", "d", "e"], dosages: [0, 1, 2, 1, 0], response: response,
      residual: .homogeneous(samples: 20), options: LinearModelOptions()
    ).fit()
  }

  @Test func `with the identity as relationship they are those of independent levels`() throws {
    let plain = try Self.fit(nil)
    let related = try Self.fit(Matrix.identity(5))
    #expect(plain.status == related.status)
    let pairs = zip(plain.effectEstimates, related.effectEstimates)
    for (one, other) in pairs {
      #expect(one.level == other.level && one.term == other.term)
      // Both optima are within 5e-11 of the least deviance.
      #expect(abs(one.estimate - other.estimate) < 1e-4)
    }
    for (one, other) in zip(plain.scaledResiduals, related.scaledResiduals) {
      #expect(abs(one - other) < 1e-4)
    }
  }

  /// û = (K ⊗ D) Z' V⁻¹ (y − Xβ̂) with full matrices, at the fit's own parameters.
  @Test func `they are the conditional means of full matrices`() throws {
    var factor = Matrix.identity(5)
    factor[1, 0] = 0.6
    factor[1, 1] = 0.8
    factor[3, 2] = 0.5
    factor[3, 3] = 0.75.squareRoot()
    let fit = try Self.fit(factor)
    let relationship = factor * factor.transposed
    let d = fit.covariances[0]
    let columns = fit.model.terms[0].columns
    var v = Matrix(rows: 20, columns: 20)
    for i in 0..<20 {
      for k in 0..<20 {
        var sum = 0.0
        for a in 0..<2 { for b in 0..<2 { sum += columns[i, a] * d[a, b] * columns[k, b] } }
        v[i, k] = sum * relationship[Self.level[i], Self.level[k]]
      }
      v[i, i] += fit.residualDeviation * fit.residualDeviation
    }
    let inverse = try #require(positiveDefiniteInverse(v))
    let solved = inverse * zip(Self.response, fit.marginalMeans).map { $0 - $1 }
    for (place, effect) in fit.effectEstimates.enumerated() {
      let (level, a) = (place / 2, place % 2)
      var expected = 0.0
      for row in 0..<20 {
        for b in 0..<2 {
          let share = relationship[level, Self.level[row]] * d[a, b]
          expected += share * columns[row, b] * solved[row]
        }
      }
      // Two ways to invert a well-conditioned matrix of order 20.
      #expect(abs(effect.estimate - expected) < 1e-10)
    }
  }
}
