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

  /// What a model says at some times for the cohort's average sample: every sample's covariates at
  /// every time, averaged.
  ///
  /// - Parameters:
  ///   - locus: the gene.
  ///   - times: in the sheet's unit.
  ///   - estimate: of a combination of the fixed effects, covariates first.
  /// - Returns: nil where the formula has functions or factors that are not defined there.
  init?(_ locus: Locus, at times: [Double], estimate: ([Double], String) -> FixedEffect) {
    let plan = locus.inputs.plan
    let centring = TimeCentring(
      cohort: plan.cohort, formula: plan.formula,
      referenceLevels: locus.options.referenceLevels)
    let builder = ModelMatricesBuilder(
      formula: plan.formula, frame: centring.frame(centre: plan.timeCentre))
    for time in times {
      guard
        let (fixed, genotype) = try? builder.columnMeans(
          of: centring.frame(centre: plan.timeCentre, time: time))
      else { return nil }
      self.times.append(time)
      effects.append(estimate(fixed.map { _ in 0 } + genotype, "effect of an allele"))
      for dosage in Self.dosages {
        means[dosage].append(
          estimate(fixed + genotype.map { $0 * Double(dosage) }, "mean at dosage \(dosage)"))
      }
    }
  }

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
