import Association
import Glibc
import Longitudinal
import MixedModels
import Results

/// `slopeqtl locus` as one JSON object.
package struct LocusDocument {
  let report: LocusReport
  private var locus: Locus { report.locus }

  package init(_ report: LocusReport) { self.report = report }

  /// UTF-8, with a line end.
  package func text() throws -> [UInt8] { try JSONValue.object(content).document() }

  private var content: [String: JSONValue] {
    let gene = locus.gene
    var content: [String: JSONValue] = [
      "gene": .object([
        "phenotype_id": .text(gene.id), "chrom": .text(gene.chromosome),
        "start": .integer(gene.start), "end": .integer(gene.end),
      ]),
      "formula": .text(report.plan.formula.text),
      "time_center": .number(report.plan.timeCentre),
      "n_samples": .integer(locus.model.sampleCount), "n_donors": .integer(locus.model.donorCount),
      "num_var": .integer(locus.pairs.count),
      "log10_pval_acat": .number(locus.combinedLogPValue / M_LN10),
      "pval_acat": .number(exp(locus.combinedLogPValue)),
      "lead_variant": locus.lead.map { .text(locus.pairs[$0].variant.id) } ?? .null,
      "variant": report.pair.map { .text(locus.pairs[$0].variant.id) } ?? .null,
      "row": report.pair.map { .object(row($0)) } ?? .null,
      "pairs": .list(locus.pairs.indices.map { .object(row($0)) }),
      "diagnostics": .list((LocusDiagnostics(report)?.sentences ?? []).map(JSONValue.text)),
      "model": .null, "course": .null, "donors": .null,
    ]
    if let model = report.model { content["model"] = .object(fit(model)) }
    if let courses = report.courses { content["course"] = .list(course(courses)) }
    if let model = report.generalized { content["model"] = .object(fit(model)) }
    if let dosages = report.model?.dosages ?? report.generalized?.dosages {
      content["donors"] = .list(donors(dosages))
    }
    return content
  }

  /// A row of the table of pairs by its columns' names, with r² to the lead variant.
  private func row(_ pair: Int) -> [String: JSONValue] {
    let own = locus.pairs[pair]
    var row: [String: JSONValue] = [:]
    for (name, field) in zip(locus.header, own.fields) {
      row[name] = RowObjects.isText(name) ? .text(field) : Self.value(field)
    }
    row["r2_lead"] = .number(own.leadR2)
    row["log10_pval_gi"] = .number(own.logPValue / M_LN10)
    return row
  }

  /// A number; as text where a double would lose it.
  private static func value(_ field: String) -> JSONValue {
    if field == "NA" { return .null }
    if let integer = Int(field) { return .integer(integer) }
    guard let number = Double(field), number.isFinite else { return .text(field) }
    // A probability below the smallest double reads as 0.
    let isLost = number == 0 && field.contains { ("1"..."9").contains($0) }
    return isLost || (number != 0 && abs(number) < 1e-300) ? .text(field) : .number(number)
  }

  private func fit(_ model: LocusModel) -> [String: JSONValue] {
    let fit = model.fit
    return [
      "criterion": .text(fit.model.options.criterion.rawValue),
      "degrees_of_freedom": .text(fit.model.options.degreesOfFreedom.rawValue),
      "deviance": .number(fit.deviance), "status": .text(fit.status.description),
      "n_observations": .integer(model.response.count),
      "groups": .object(
        Dictionary(fit.model.termGroups.map { ($0.name, .integer($0.levels)) }) { first, _ in
          first
        }),
      "fixed_effects": .list(fit.fixedEffects.map { .object(FitDocument.effect($0)) }),
      "joint_tests": .list(report.jointTests.map(Self.test)),
      "variance_components": .list(fit.varianceComponents.map(FitDocument.component)),
      "residual_sd": .number(fit.residualDeviation),
      "residual_variance": .object(
        Dictionary(fit.residualParameters.map { ($0.name, .number($0.estimate)) }) { first, _ in
          first
        }),
      "largest_pval_without_a_donor": report.leaveOneOut.map { left in
        .object([
          "donor": .text(left.donor), "pval_gi": .number(exp(left.logPValue)),
          "log10_pval_gi": .number(left.logPValue / M_LN10),
        ])
      } ?? .null,
    ]
  }

  private func fit(_ model: GeneralizedLocusModel) -> [String: JSONValue] {
    let fit = model.fit
    return [
      "family": .text(fit.family.rawValue), "link": .text(fit.family.link),
      "criterion": .text("laplace"), "degrees_of_freedom": .text("infinite"),
      "deviance": .number(fit.deviance), "status": .text(fit.status.description),
      "n_observations": .integer(fit.observationCount),
      "groups": .object(
        Dictionary(fit.groups.map { ($0.name, .integer($0.levels)) }) { first, _ in first }),
      "fixed_effects": .list(fit.fixedEffects.map { .object(FitDocument.effect($0)) }),
      "joint_tests": .list(report.jointTests.map(Self.test)),
      "variance_components": .list(fit.varianceComponents.map(FitDocument.component)),
    ]
  }

  private static func test(_ test: LocusReport.ModelTest) -> JSONValue {
    .object([
      "name": .text(test.name), "terms": .list(test.terms.map(JSONValue.text)),
      "statistic": .number(test.test.statistic),
      "df1": .number(test.test.numeratorDegreesOfFreedom),
      "df2": .number(test.test.denominatorDegreesOfFreedom), "p": .number(exp(test.logPValue)),
      "log10_p": .number(test.logPValue / M_LN10),
    ])
  }

  private func course(_ courses: LocusCourses) -> [JSONValue] {
    courses.times.indices.map { place in
      var point = FitDocument.effect(courses.effects[place])
      point["term"] = nil
      point["time"] = .number(courses.times[place])
      point["means"] = .list(
        LocusCourses.dosages.map { dosage in
          let mean = courses.means[dosage][place]
          return .object([
            "dosage": .integer(dosage), "mean": .number(mean.estimate),
            "lower": .number(mean.lower), "upper": .number(mean.upper),
          ])
        })
      return .object(point)
    }
  }

  private func donors(_ dosages: [Double]) -> [JSONValue] {
    let names = report.plan.cohort.donorIDs
    let slopes = Dictionary(
      uniqueKeysWithValues: report.courses.flatMap { report.model?.slopes($0) }?
        .map { ($0.donor, $0.slope) } ?? [])
    return dosages.indices.filter { !dosages[$0].isNaN }.map { donor in
      .object([
        "donor": .text(names[donor]), "dosage": .number(dosages[donor]),
        "slope": slopes[donor].map(JSONValue.number) ?? .null,
      ])
    }
  }
}
