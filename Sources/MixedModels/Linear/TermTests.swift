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

extension FixedEffectQuestions {
  /// Type III tests of every term but the intercept: of its columns where factors have contrasts that
  /// sum to 0, so that a main effect is the average over the levels of factors it interacts with (as
  /// lmerTest's `anova`).
  func termTests() throws(ModelError) -> [TermTest] {
    let coding = try SumCoding(part)
    // Both codings span the same columns: X_sum = X B, so β_sum = B⁻¹β.
    let b = part.basis.inverseR * (part.basis.q.transposed * coding.columns)
    let inverse = pseudoinverse(b)
    return coding.terms.map { term in
      let test = joint(term.columns.map { row in (0..<inverse.columns).map { inverse[row, $0] } })
      return TermTest(
        term: term.name, test: test,
        logPValue: FisherF.logUpperTail(
          test.statistic, numerator: test.numeratorDegreesOfFreedom,
          denominator: test.denominatorDegreesOfFreedom))
    }
  }
}

/// The fixed part where factors have contrasts that sum to 0, and the columns of every term but the
/// intercept.
struct SumCoding {
  let columns: Matrix
  let terms: [(name: String, columns: Range<Int>)]

  init(_ part: FixedEffectsPart) throws(ModelError) {
    var frame = part.frame
    frame.sumsToZero = true
    columns = try FixedColumns(part.formula, frame: frame).matrix
    let coder = TermCoder(frame: frame, model: part.formula.fixed)
    var start = 0
    var terms: [(name: String, columns: Range<Int>)] = []
    for term in part.formula.fixed {
      let count = try coder.code(term, within: term).0.count
      if !term.factors.isEmpty { terms.append((term.name, start..<(start + count))) }
      start += count
    }
    self.terms = terms
  }
}
