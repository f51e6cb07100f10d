import BlockGzip
import Cohort
import LinearAlgebra
import MixedModels

/// The model of one pair in full: every coefficient, what the donors' own effects are, and the
/// course of expression and of the allele's effect over time.
///
/// It is fitted exactly, so that its numbers differ from those of the scan's row by what a fast fit
/// may differ: about 1e-6 of a standard error; nothing where the row's p is below 1e-3.
package struct LocusModel {
  package let fit: LinearMixedFit
  /// Places in the cohort of the gene's samples.
  package let samples: [Int]
  /// One per sample.
  package let response: [Double]
  /// By the donors' numbers in the cohort; NaN without a sample of the gene.
  package let dosages: [Double]
  package let matrices: ModelMatrices
  private let locus: Locus

  /// Fits the model of a pair.
  ///
  /// - Parameters:
  ///   - locus: the gene.
  ///   - pair: its place in the locus.
  /// - Returns: nil where the gene or the pair has no model, and for counts and binary outcomes.
  /// - Throws: `ScanFailure` where expression or weights cannot be read back.
  package init?(_ locus: Locus, pair: Int) throws(ScanFailure) {
    guard locus.model.failure == nil, locus.inputs.plan.generalized == nil,
      let design = locus.model.design, let dosages = locus.dosages(of: pair)
    else { return nil }
    let plan = locus.inputs.plan
    let (values, weights) = try ScanFailure.writing { () throws(OutputError) in
      (
        try locus.inputs.expression.values(ofGene: locus.model.index),
        try locus.inputs.weights?.weights(of: locus.gene)
      )
    }
    samples = values.indices.filter { !values[$0].isNaN && !(weights?[$0].isNaN ?? false) }
    response = samples.map { values[$0] }
    var residual =
      plan.structure?.residual.selecting(samples: samples)
      ?? ResidualVariance.homogeneous(samples: samples.count)
    if let weights { residual.weights = samples.map { weights[$0] } }
    var options = LinearModelOptions()
    options.criterion = locus.options.criterion
    options.degreesOfFreedom = locus.options.degreesOfFreedom
    let model = try? LinearMixedModel(
      pairOf: plan.formula, matrices: design.matrices, donorNames: plan.cohort.donorIDs,
      dosages: dosages, response: response, residual: residual, options: options)
    guard let model else { return nil }
    fit = model.fit()
    if case .failed = fit.status { return nil }
    self.dosages = dosages
    matrices = design.matrices
    self.locus = locus
  }

  /// What the model says at some times for the cohort's average sample.
  ///
  /// - Parameter times: in the sheet's unit.
  /// - Returns: nil where the formula has functions or factors that are not defined there.
  package func courses(at times: [Double]) -> LocusCourses? {
    LocusCourses(locus, at: times) { fit.estimate($0, named: $1) }
  }

  /// F of the tested columns together.
  package var blockTest: JointTest { joint(locus.testedPlaces) }

  /// F of some coefficients together.
  ///
  /// - Parameter places: among the fixed effects.
  package func joint(_ places: [Int]) -> JointTest {
    fit.joint(places.map { place in fit.fixedEffects.indices.map { $0 == place ? 1 : 0 } })
  }

  /// Donors with samples of the gene, by their numbers in the cohort.
  package var donors: [Int] { dosages.indices.filter { !dosages[$0].isNaN } }

  /// The nearest number of alleles of a donor: 0, 1 or 2.
  package func genotypeClass(of donor: Int) -> Int { Self.genotypeClass(dosage: dosages[donor]) }

  /// The nearest number of alleles: 0, 1 or 2.
  package static func genotypeClass(dosage: Double) -> Int {
    max(0, min(2, Int(dosage.rounded())))
  }

  /// The model's rate of change of every donor's expression: that of the cohort's average sample with
  /// the donor's dosage, first to last time, and the donor's own deviation (BLUP).
  ///
  /// - Returns: nil where donors have no slopes of their own.
  package func slopes(_ courses: LocusCourses) -> [(donor: Int, slope: Double)]? {
    // With a relationship that slopes have too, a donor has two parts of a slope.
    var own: [String: Double] = [:]
    for effect in fit.effectEstimates
    where effect.group == ModelMatricesBuilder.donor && effect.term == ModelMatricesBuilder.time {
      own[effect.level, default: 0] += effect.estimate
    }
    guard !own.isEmpty, courses.times.count > 1 else { return nil }
    let names = locus.inputs.plan.cohort.donorIDs
    return donors.compactMap { donor in
      own[names[donor]].map { (donor, courses.meanSlope(dosage: dosages[donor]) + $0) }
    }
  }

  /// Floating-point operations of refits that are worth waiting for: about a minute.
  private static let mostOperations = 2e11
  /// Evaluations of the criterion that a refit takes.
  private static let evaluations = 20.0

  /// The largest p-value of the pair without one of its donors; nil where the pair has no exact form,
  /// and where refits would take long.
  package func leaveOneOut(pair: Int) throws(ScanFailure) -> (logPValue: Double, donor: String)? {
    guard let design = locus.model.design, let column = locus.pairs[pair].column,
      let member = locus.variants.members.first(where: { $0.column == column })
    else { return nil }
    if let structure = locus.inputs.plan.structure {
      let cost = structure.evaluationCost * Self.evaluations * Double(donors.count)
      guard cost < Self.mostOperations else { return nil }
    }
    let candidate = LeadVariant.Candidate(
      logPValue: locus.pairs[pair].logPValue, variant: member.variant,
      fileIndex: member.fileIndex, summary: member.summary, fit: nil,
      dosages: design.donorOrder.map { dosages[$0] }, isReported: true)
    let found = try ScanFailure.writing { () throws(OutputError) in
      try LeaveOneOut(context: locus.context).result(of: locus.model, lead: candidate)
    }
    return found.map { ($0.logPValue, $0.donor) }
  }
}
