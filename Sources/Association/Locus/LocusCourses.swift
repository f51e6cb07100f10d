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
}
