import MixedModels

/// A pair's model over time, for the cohort's average sample.
package struct LocusCourses: Sendable {
  /// Numbers of alleles that have a course of means.
  package static let dosages = [0, 1, 2]

  /// In the sheet's unit, ascending.
  package internal(set) var times: [Double] = []
  /// Of one more allele, at every time.
  package internal(set) var effects: [FixedEffect] = []
  /// Mean expression by number of alleles, at every time.
  package internal(set) var means = [[FixedEffect]](repeating: [], count: dosages.count)

  init() {}

  /// The rate at which mean expression changes from the first to the last time.
  ///
  /// - Precondition: there are two times or more.
  package func meanSlope(dosage: Double) -> Double {
    func change(_ estimates: [FixedEffect]) -> Double {
      (estimates[estimates.count - 1].estimate - estimates[0].estimate)
        / (times[times.count - 1] - times[0])
    }
    return change(means[0]) + dosage * change(effects)
  }
}
