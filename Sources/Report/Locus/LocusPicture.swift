import Association
import Cohort
import Glibc
import MixedModels
import Plots
import Tables

/// The figure of a locus, and its parts for other pages.
package struct LocusPicture {
  let report: LocusReport
  let units: PictureUnits
  private var locus: Locus { report.locus }

  package init(_ report: LocusReport, units: PictureUnits) {
    self.report = report
    self.units = units
  }

  /// Region, trajectories, effect and slopes in one picture.
  package var figure: LocusFigure {
    let pair = report.pair.map { locus.pairs[$0] }
    return LocusFigure(
      gene: locus.gene.id, variant: pair?.variant.id ?? "no variant",
      minusLog10P: pair.map { -$0.logPValue / M_LN10 } ?? .nan, regional: regional,
      trajectory: trajectory, effect: effect, slope: slopes)
  }

  // MARK: Words

  var labels: GenotypeLabels {
    guard let pair = report.pair else { return GenotypeLabels(["0", "1", "2"]) }
    let variant = locus.pairs[pair].variant
    return GenotypeLabels(reference: variant.reference, effect: variant.alternate)
  }

  var timeAxis: AxisLabel { AxisLabel(report.timeName, unit: units.time) }

  var expressionAxis: AxisLabel {
    AxisLabel(locus.gene.id, unit: units.expression)
  }

  private var effectAxis: AxisLabel {
    AxisLabel(
      "Effect per allele",
      unit: report.generalized.map { "\($0.fit.family.link) scale" } ?? units.expression)
  }

  /// Why there is no model of expression itself; nil where there is.
  private var absence: String? {
    guard report.model == nil else { return nil }
    guard let pair = report.pair else { return "No variant of this gene could be tested." }
    if let fit = report.generalized?.fit {
      return
        "Not offered for --family \(fit.family.rawValue): the model is on the \(fit.family.link) "
        + "scale, observations are not."
    }
    let status = report.field("status", of: pair) ?? "failed"
    return "The model of this variant could not be fitted: its status is \(status)."
  }

  private var slopeAxis: AxisLabel {
    AxisLabel("Slope", unit: "expression per unit of \(report.timeName)")
  }

  // MARK: Panels

  /// p-values on the chromosome of the variant shown.
  var regional: RegionalPlot {
    let shown = report.pair ?? locus.lead
    let chromosome = shown.map { locus.pairs[$0].chromosome } ?? locus.gene.chromosome
    let pairs = locus.pairs.filter { $0.chromosome == chromosome }
    let lead = locus.lead.map { locus.pairs[$0] }
    let isHere =
      chromosomeMatchKey(chromosome) == chromosomeMatchKey(locus.gene.chromosome)
    return RegionalPlot(
      title: isHere ? "Variants around the gene" : "Variants of chromosome \(chromosome)",
      chromosome: chromosome, positions: pairs.map(\.variant.position),
      minusLog10P: pairs.map { -$0.logPValue / M_LN10 },
      linkage: pairs.map { $0.leadR2.isNaN ? nil : $0.leadR2 },
      lead: lead.flatMap {
        $0.chromosome == chromosome
          ? RegionalPlot.Lead(
            id: $0.variant.id, position: $0.variant.position,
            minusLog10P: -$0.logPValue / M_LN10)
          : nil
      },
      gene: isHere
        ? RegionalPlot.GeneSpan(
          name: locus.gene.id, start: locus.gene.start + 1, end: locus.gene.end,
          strand: locus.gene.strand == .forward ? "+" : locus.gene.strand == .reverse ? "-" : ".")
        : nil)
  }

  var trajectory: TrajectoryPlot {
    TrajectoryPlot(
      donors: donors, fits: fits, labels: labels, timeAxis: timeAxis,
      expressionAxis: expressionAxis, absence: absence)
  }

  private var donors: [DonorTrajectory] {
    guard let model = report.model else { return [] }
    let cohort = report.plan.cohort
    var times: [Int: [Double]] = [:]
    var values: [Int: [Double]] = [:]
    for (place, sample) in model.samples.enumerated() {
      let donor = cohort.donorOfSample[sample]
      times[donor, default: []].append(cohort.time[sample])
      values[donor, default: []].append(model.response[place])
    }
    return model.donors.map { donor in
      DonorTrajectory(
        genotype: model.dosages[donor], times: times[donor, default: []],
        expression: values[donor, default: []])
    }
  }

  /// Fitted means of the genotypes that donors have.
  var fits: [GenotypeFit] {
    guard report.model != nil, let courses = report.courses else { return [] }
    let counts = report.genotypeCounts
    return LocusCourses.dosages.filter { counts[$0] > 0 }.map { dosage in
      let means = courses.means[dosage]
      return GenotypeFit(
        genotype: dosage, times: courses.times, mean: means.map(\.estimate),
        lower: means.map(\.lower), upper: means.map(\.upper))
    }
  }

  var effect: EffectPlot {
    let courses = report.courses
    let effects = courses?.effects ?? []
    return EffectPlot(
      times: courses?.times ?? [], effect: effects.map(\.estimate), lower: effects.map(\.lower),
      upper: effects.map(\.upper), timeCentre: report.plan.timeCentre, timeAxis: timeAxis,
      effectAxis: effectAxis, response: response)
  }

  /// What effects change.
  private var response: String {
    switch report.generalized?.fit.family {
    case nil: "expression"
    case .poisson?: "the logarithm of the expected count"
    case .binomial?: "the log odds (logit) of the outcome"
    }
  }

  var slopes: SlopePlot {
    let slopes = report.courses.flatMap { courses in report.model?.slopes(courses) } ?? []
    let dosages = report.model?.dosages ?? []
    return SlopePlot(
      genotypes: slopes.map { dosages[$0.donor] }, slopes: slopes.map(\.slope),
      predicted: LocusCourses.dosages.map { dosage in
        report.courses.map { $0.meanSlope(dosage: Double(dosage)) } ?? .nan
      }, labels: labels, slopeAxis: slopeAxis,
      absence: report.generalized == nil
        ? absence : "Donors' own slopes are not offered for --family.",
      isWholeEffect: locus.testedPlaces.count == 1)
  }

  /// Fitted and observed means alone.
  package var small: SmallTrajectory {
    var sums: [Int: [Double: (sum: Double, count: Int)]] = [:]
    if let model = report.model {
      let cohort = report.plan.cohort
      for (place, sample) in model.samples.enumerated() {
        let genotype = model.genotypeClass(of: cohort.donorOfSample[sample])
        sums[genotype, default: [:]][cohort.time[sample], default: (0, 0)].sum +=
          model.response[place]
        sums[genotype, default: [:]][cohort.time[sample], default: (0, 0)].count += 1
      }
    }
    let observed = sums.sorted { $0.key < $1.key }.flatMap { genotype, times in
      times.sorted { $0.key < $1.key }.map { time, value in
        SmallTrajectory.ObservedMean(
          genotype: genotype, time: time, mean: value.sum / Double(value.count))
      }
    }
    return SmallTrajectory(
      gene: locus.gene.id,
      minusLog10P: report.pair.map { -locus.pairs[$0].logPValue / M_LN10 } ?? .nan, fits: fits,
      observed: observed, labels: labels, timeAxis: AxisLabel(report.timeName),
      expressionAxis: AxisLabel("Expression"))
  }
}
