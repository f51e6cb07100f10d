import Association
import Cohort
import Distributions
import Genotypes
import MixedModels
import Plots

/// One gene and one of its variants, ready to be shown: what the text, the JSON object and the figure
/// of `slopeqtl locus` are made of.
package struct LocusReport {
  package let locus: Locus
  /// The place of the variant shown; nil where no pair has a p-value.
  package let pair: Int?
  /// nil where there is no such pair, or it has no model.
  package let model: LocusModel?
  /// The model of counts and binary outcomes; nil where `model` is nil for another reason.
  package let generalized: GeneralizedLocusModel?
  /// Between the cohort's times, or where the model is not defined there at these alone; nil without a
  /// model.
  package let courses: LocusCourses?
  /// The largest p-value of genotype × time without one of the donors.
  package let leaveOneOut: (logPValue: Double, donor: String)?

  /// Places of the courses over time.
  private static let courseSteps = 48

  /// Fits the model of a variant.
  ///
  /// - Parameter variant: its id; nil is the lead variant.
  /// - Throws: `ScanFailure`; `InputError` where the gene has no such pair.
  package init(_ locus: Locus, variant: String?) throws {
    self.locus = locus
    let pair = try variant.map { try locus.pair(ofVariant: $0) } ?? locus.lead
    self.pair = pair
    let model = try pair.flatMap { try LocusModel(locus, pair: $0) }
    self.model = model
    let generalized = pair.flatMap { GeneralizedLocusModel(locus, pair: $0) }
    self.generalized = generalized
    let observed = Set(locus.inputs.plan.cohort.time).sorted()
    // A factor of time has effects at its levels alone.
    courses =
      [Self.times(locus.timeRange), observed].lazy.compactMap { times in
        model?.courses(at: times) ?? generalized?.courses(at: times)
      }.first
    leaveOneOut = try pair.flatMap { pair in try model?.leaveOneOut(pair: pair) }
  }

  private static func times(_ range: ClosedRange<Double>) -> [Double] {
    (0...courseSteps).map { step in
      // The ends are the range's to the last bit.
      step == courseSteps
        ? range.upperBound
        : range.lowerBound + (range.upperBound - range.lowerBound) * Double(step)
          / Double(courseSteps)
    }
  }

  // MARK: Words

  /// What the sheet calls time.
  package var timeName: String { locus.options.cohort.timeColumn ?? "time" }

  package var plan: ModelPlan { locus.inputs.plan }

  /// `A/A`, `A/T`, `T/T` of a variant A>T, long alleles cut.
  package func genotypeLabels(_ variant: Variant) -> [String] {
    GenotypeLabels(reference: variant.reference, effect: variant.alternate).names
  }

  /// Whether leaving out one donor takes more than half of −log p, or the test, away.
  package var hangsOnOneDonor: Bool {
    guard let left = leaveOneOut, let pair else { return false }
    return left.logPValue.isNaN || left.logPValue > 0.5 * locus.pairs[pair].logPValue
  }

  /// A test of several coefficients of the model.
  package struct ModelTest {
    package let name: String
    /// Of the coefficients.
    package let terms: [String]
    package let test: JointTest
    package var logPValue: Double {
      FisherF.logUpperTail(
        test.statistic, numerator: test.numeratorDegreesOfFreedom,
        denominator: test.denominatorDegreesOfFreedom)
    }
  }

  /// Where several columns are tested: their F test, which is the scan's, and that of all columns with
  /// genotype.
  package var jointTests: [ModelTest] {
    guard locus.testedPlaces.count > 1,
      let effects = model?.fit.fixedEffects ?? generalized?.fit.fixedEffects
    else { return [] }
    func test(_ name: String, _ places: [Int]) -> ModelTest? {
      (model?.joint(places) ?? generalized?.fit.joint(places)).map {
        ModelTest(name: name, terms: places.map { effects[$0].term }, test: $0)
      }
    }
    return [
      test("genotype × \(timeName)", locus.testedPlaces),
      test("genotype at any \(timeName)", locus.genotypePlaces),
    ].compactMap(\.self)
  }

  /// A field of a pair's row, by the name of its column.
  package func field(_ name: String, of pair: Int) -> String? {
    locus.header.firstIndex(of: name).map { locus.pairs[pair].fields[$0] }
  }

  /// Donors of the gene by number of alleles.
  package var genotypeCounts: [Int] {
    var counts = [0, 0, 0]
    for dosage in pair.flatMap(locus.dosages(of:)) ?? [] where !dosage.isNaN {
      counts[LocusModel.genotypeClass(dosage: dosage)] += 1
    }
    return counts
  }
}
