/// One donor's measured expression over time.
package struct DonorTrajectory: Sendable {
  package let genotype: Double
  package let times: [Double]
  package let expression: [Double]

  /// - Parameters:
  ///   - genotype: the dosage of the effect allele, 0 to 2; NaN where it is missing.
  ///   - times: of the donor's samples, in any order.
  package init(genotype: Double, times: [Double], expression: [Double]) {
    precondition(
      times.count == expression.count, "times \(times.count), expression \(expression.count)")
    self.genotype = genotype
    let order = times.indices.filter { times[$0].isFinite && expression[$0].isFinite }.sorted {
      (times[$0], $0) < (times[$1], $1)
    }
    self.times = order.map { times[$0] }
    self.expression = order.map { expression[$0] }
  }
}
