import Association
import Distributions
import Glibc
import Longitudinal
import MixedModels
import Tables

/// What should be known of a pair's model before it is trusted, in sentences.
package struct LocusDiagnostics {
  let report: LocusReport
  /// nil for counts and binary outcomes.
  let model: LocusModel?
  /// Residuals over their SDs: where donors covary they take a factorisation.
  private let scaled: [Double]

  /// nil where there is no model to look at.
  package init?(_ report: LocusReport) {
    guard report.model != nil || report.generalized != nil else { return nil }
    self.report = report
    model = report.model
    scaled = model?.fit.scaledResiduals ?? []
  }

  /// Donors that a genotype class should have.
  private static let fewDonors = 5
  /// Scaled residuals beyond this are named.
  private static let outlier = 5.0

  package var sentences: [String] {
    [optimum, equalSlopes, freedom, normal, classes, donors, residuals, shape].compactMap(\.self)
  }

  private var warnings: MisspecificationWarnings { MisspecificationWarnings(report.locus.inputs) }

  private var optimum: String? {
    let components =
      model?.fit.varianceComponents ?? report.generalized?.fit.varianceComponents ?? []
    guard let status = model?.fit.status ?? report.generalized?.fit.status else { return nil }
    switch status {
    case .ok: return "The optimum of the variance parameters is an interior one."
    case .boundary:
      let zero = components.filter { $0.second == nil && $0.covariance <= 1e-12 }
        .map { "\($0.first) of \($0.group)" }
      let what =
        zero.isEmpty
        ? "a correlation of random effects is ±1"
        : "the variance of \(zero.joined(separator: " and ")) is 0"
      let tests = warnings.boundary ?? (warnings.everywhere.isEmpty ? "the tests hold" : nil)
      return
        "The optimum lies on the boundary: \(what). That is usual where donors have few visits "
        + "or vary little\(tests.map { "; \($0)" } ?? ""). The random effects themselves say little."
    case .flat:
      return "The variance parameters did not converge: the best point found is shown; take the "
        + "p-value with care."
    case .failed(let reason): return "The model could not be fitted: \(reason.rawValue)."
    }
  }

  /// Where donors have no slopes of their own their differences count as noise of samples.
  private var equalSlopes: String? {
    guard !report.plan.hasDonorSlopes else { return nil }
    return
      "The model assumes that all donors have one slope over \(report.timeName): it has no random "
      + "slope. Where donors' slopes differ, p-values of genotype × \(report.timeName) are too small, for "
      + "they count samples, not donors: compare with --random '(1 + time | donor)', or with "
      + "'(1 + time || donor)' where visits are few."
  }

  private var freedom: String? {
    guard let model else { return nil }
    let test = model.blockTest
    let df = test.denominatorDegreesOfFreedom
    guard df.isFinite else {
      return warnings.degreesOfFreedom.map(MisspecificationWarnings.sentence)
    }
    let count = report.locus.model.donorCount
    let block = report.locus.testedPlaces.count
    let shown = CompactNumber.fixed(df, decimals: 1)
    let what =
      block == 1
      ? "Genotype × \(report.timeName) has \(shown) degrees of freedom"
      : "The F test of the \(block) columns of genotype × \(report.timeName) has \(block) and \(shown) "
        + "degrees of freedom"
    guard df > 1.5 * Double(count) else {
      return "\(what) from \(count) donors: donors, not samples, are what the test counts."
    }
    if block > 1 {
      return
        "\(what), more than the \(count) donors: what differs from visit to visit within donors is "
        + "told from samples."
    }
    return report.plan.hasDonorSlopes
      ? "\(what), more than the \(count) donors: the model finds that donors' slopes hardly differ, "
        + "and samples count for themselves."
      : "\(what), more than the \(count) donors: samples count for themselves."
  }

  /// Of counts and binary outcomes.
  private var normal: String? {
    guard report.generalized != nil, let pair = report.pair else { return nil }
    let ratio = report.field("pval_lrt", of: pair).flatMap { TableNumber.logProbability($0) }
    return "Tests are normal approximations on the scale of the link: with few donors (here "
      + "\(report.locus.model.donorCount)) small p-values can be too small; the likelihood-ratio "
      + "test (pval_lrt) has p \(CompactNumber.pValue(logarithm: ratio ?? .nan)). Values that vary more "
      + "than the family has it make both too liberal, which is not examined here."
  }

  private var classes: String? {
    guard let pair = report.pair else { return nil }
    let counts = report.genotypeCounts
    let labels = report.genotypeLabels(report.locus.pairs[pair].variant)
    let listed = zip(counts, labels).map { "\($0) \($1)" }.joined(separator: ", ")
    let small = zip(counts, labels).filter { $0.0 > 0 && $0.0 < Self.fewDonors }
    let absent = zip(counts, labels).filter { $0.0 == 0 }
    var text = "Donors by genotype: \(listed)."
    if !small.isEmpty {
      text +=
        " Of \(small.map(\.1).joined(separator: " and ")) there are fewer than \(Self.fewDonors): "
        + "their mean rests on the other genotypes and on additivity."
    } else if !absent.isEmpty {
      text += " Without \(absent.map(\.1).joined(separator: " and ")), additivity cannot be seen."
    }
    return text
  }

  private var donors: String? {
    guard let left = report.leaveOneOut, let pair = report.pair else { return nil }
    let own = report.locus.pairs[pair].logPValue
    guard !left.logPValue.isNaN else {
      return "Without donor \(left.donor) the effect cannot be tested: it hangs on that donor."
    }
    let p = CompactNumber.pValue(logarithm: left.logPValue)
    // A donor of a hundred takes about a hundredth of the log p with it; of what is no finding
    // nothing can hang.
    return own < log(0.05) && report.hangsOnOneDonor
      ? "The effect hangs on donor \(left.donor): without this donor p is "
        + "\(p.hasPrefix("<") ? "below \(p.dropFirst(2))" : p)."
      : "No single donor makes the result: leaving one out, p "
        + (p.hasPrefix("<") ? "stays below \(p.dropFirst(2))" : "is at most \(p)")
        + " (without donor \(left.donor))."
  }

  private var residuals: String? {
    guard let model,
      let worst = scaled.indices.max(by: { abs(scaled[$0]) < abs(scaled[$1]) })
    else { return nil }
    let size = CompactNumber.fixed(abs(scaled[worst]), decimals: 1)
    let sample = report.plan.cohort.sampleIDs[model.samples[worst]]
    return abs(scaled[worst]) > Self.outlier
      ? "Sample \(sample) lies \(size) residual SDs from its fitted value: look at it, or compare "
        + "with --normal."
      : "The largest residual is \(size) SDs (sample \(sample)): no outlier."
  }

  /// Whether mean residuals by time show a course that the model lacks.
  private var shape: String? {
    guard let model else { return nil }
    let cohort = report.plan.cohort
    var byTime: [Double: [Double]] = [:]
    for (place, sample) in model.samples.enumerated() {
      byTime[cohort.time[sample], default: []].append(scaled[place])
    }
    let means = byTime.filter { $0.value.count >= 10 }.map { time, values in
      (
        time: time, mean: values.reduce(0, +) / Double(values.count),
        z: values.reduce(0, +) / Double(values.count).squareRoot()
      )
    }
    guard means.count >= 3, let worst = means.max(by: { abs($0.z) < abs($1.z) }) else { return nil }
    let p = Double(means.count) * exp(StudentT.logTwoSidedNormalTail(abs(worst.z)))
    let name = report.timeName
    guard p < 0.001 else {
      return "Mean residuals by \(name) show no course that the model lacks."
    }
    let size = CompactNumber.fixed(worst.mean, decimals: 2)
    return "Expression bends over \(name) in a way that the model lacks: residuals at \(name) "
      + "\(CompactNumber.text(worst.time)) are off by \(size) SDs on average. A curved course, "
      + "such as --time-basis poly:2, has smaller residuals."
  }
}
