import Distributions
import Glibc
import LinearAlgebra

/// An F test of all columns of a term.
public struct TermTest: Sendable, Equatable {
  /// The term as R names it.
  public var term: String
  /// F and its degrees of freedom.
  public var test: JointTest
  /// log of the p-value, natural logarithm.
  public var logPValue: Double
}

extension LinearMixedFit {
  /// Type III tests of every term but the intercept: of its columns where factors have contrasts that
  /// sum to 0, so that a main effect is the average over the levels of factors it interacts with (as
  /// lmerTest's `anova`).
  public func termTests() throws(ModelError) -> [TermTest] {
    var frame = model.frame
    frame.sumsToZero = true
    let coded = try FixedColumns(model.formula, frame: frame)
    // Both codings span the same columns: X_sum = X B, so β_sum = B⁻¹β.
    let b = model.basis.inverseR * (model.basis.q.transposed * coded.matrix)
    let inverse = pseudoinverse(b)
    let coder = TermCoder(frame: frame, model: model.formula.fixed)
    var start = 0
    var tests: [TermTest] = []
    for term in model.formula.fixed {
      let count = try coder.code(term, within: term).0.count
      let rows = start..<(start + count)
      start += count
      guard !term.factors.isEmpty else { continue }
      let test = joint(rows.map { row in (0..<inverse.columns).map { inverse[row, $0] } })
      tests.append(
        TermTest(
          term: term.name, test: test,
          logPValue: FisherF.logUpperTail(
            test.statistic, numerator: test.numeratorDegreesOfFreedom,
            denominator: test.denominatorDegreesOfFreedom)))
    }
    return tests
  }
}
