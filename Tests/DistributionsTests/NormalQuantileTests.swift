import Foundation
import Testing

@testable import Distributions

@Suite struct NormalQuantileTests {
  @Test(arguments: [0, 1e-9, 0.3, 1, 5, 30, 34.5, 34.7, 36.9, 37.1, 200, 5_000])
  func `the quantile of a tail's logarithm is where the tail is`(_ z: Double) {
    let logP = StudentT.logTwoSidedNormalTail(z)
    let found = StudentT.normalQuantile(logTwoSidedTail: logP)
    // Near 0 the probability is 1 but for z, of which sixteen digits of it leave 1e-15.
    #expect(abs(found - z) < 1e-14 + 1e-12 * z)
  }

  @Test func `what is no logarithm of a probability has no quantile`() {
    #expect(StudentT.normalQuantile(logTwoSidedTail: 0.1).isNaN)
    #expect(StudentT.normalQuantile(logTwoSidedTail: .nan).isNaN)
    #expect(StudentT.normalQuantile(logTwoSidedTail: -.infinity) == .infinity)
    #expect(StudentT.normalQuantile(logTwoSidedTail: 0) == 0)
  }
}
