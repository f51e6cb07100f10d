import Association
import Glibc
import Longitudinal
import Results

/// The methods paragraph of a paper that used a scan, with the papers its methods come from.
///
/// It names every option that changes the numbers, and none that was not used.
struct MethodsText {
  let manifest: Manifest
  /// Share of pairs whose optimum lies on the boundary.
  let boundaryShare: Double
  let genesWithPairs: Int

  var settings: [String: String] { manifest.plan.settings }
  var isGaussian: Bool { manifest.family == nil }

  /// One paragraph.
  var paragraph: String {
    ([sentence] + modelSentences + [estimation, tests, selection] + restrictions + [genes]
      + [signals, jackknife, program])
      .compactMap(\.self).joined(separator: " ")
  }

  private var sentence: String {
    let design = manifest.design
    let centre =
      manifest.timeCenter == 0
      ? "not centred" : "centred at \(CompactNumber.text(manifest.timeCenter))"
    return "Dynamic eQTLs were mapped in \(Self.count(design.donors, "donor")) with "
      + "\(Self.count(design.samples, "sample")) at \(Self.count(design.times.count, "time")) by "
      + "fitting, for \(scope) (\(Self.count(manifest.pairs, "pair")) of "
      + "\(Self.count(genesWithPairs, "gene"))), \(modelName), `\(manifest.formula)`, in which "
      + "`genotype` is the dosage of the effect allele and time is \(centre)."
  }

  /// Which pairs were tested.
  private var scope: String {
    var text: String
    switch (manifest.plan.pairList, manifest.plan.isTrans) {
    case (let list?, true): text = "a list of \(Self.listed(list, "gene–variant pair"))"
    case (let list?, false):
      text =
        "those of a list of \(Self.listed(list, "gene–variant pair")) whose variant lies within "
        + "\(kilobases) kb of the gene"
    case (nil, true): text = "all gene–variant pairs"
    case (nil, false): text = "all variants within \(kilobases) kb of each gene"
    }
    if let region = settings["region"], region != "none" {
      text +=
        "\(manifest.plan.pairList == nil && !manifest.plan.isTrans ? " and" : ", with variants") in "
        + "the region \(region)"
    }
    return text
  }

  private var kilobases: String {
    CompactNumber.text((settings["window"].flatMap { Double($0) } ?? 0) / 1000)
  }

  private var modelName: String {
    switch manifest.family {
    case nil: "a linear mixed model"
    case "poisson"?: "a generalised linear mixed model (Poisson, log link)"
    case "binomial"?: "a generalised linear mixed model (binomial, logit link)"
    case let family?: "a generalised linear mixed model (\(family))"
    }
  }

  private var estimation: String {
    let boundary =
      "\(CompactNumber.fixed(100 * boundaryShare, decimals: 1)) % of the optima lay on the boundary of "
      + "the parameter space."
    guard isGaussian else {
      return
        "Every pair was fitted by maximum likelihood, which was approximated by Laplace's method "
        + "(Bates et al. 2015); \(boundary)"
    }
    let criterion =
      manifest.criterion == "reml"
      ? "restricted maximum likelihood (Patterson & Thompson 1971)" : "maximum likelihood"
    let variances =
      manifest.refit == "none"
      ? "held at those of each gene's fit without a variant"
      : settings["row-fits"] == "null variances, with exact refits of pairs with p below 1e-3"
        ? "re-estimated for every pair with p below 0.001"
        : "re-estimated for every pair"
    return "Variance parameters were estimated by \(criterion) and \(variances); \(boundary)"
  }

  private var tests: String {
    let isNormal = !["satterthwaite", "kenward-roger", "residual"].contains(
      manifest.degreesOfFreedom)
    let what =
      manifest.timeBasis.map {
        "the \(Self.count($0.columns.count, "genotype × time coefficient")) jointly by "
          + (isNormal ? "a Wald χ² test" : "an F test")
      } ?? "the genotype × time coefficient by a \(isNormal ? "Wald z" : "t") test"
    let method: String
    switch manifest.degreesOfFreedom {
    case "satterthwaite":
      method =
        " with Satterthwaite's degrees of freedom (Satterthwaite 1946; Kuznetsova et al. 2017)"
    case "kenward-roger":
      method = " with Kenward and Roger's adjustment (Kenward & Roger 1997)"
    case "residual": method = " with residual degrees of freedom"
    default: method = ""
    }
    let ratio = manifest.criterion == "ml" ? ", and by the likelihood ratio (pval_lrt)" : ""
    return "We tested \(what)\(method)\(ratio)."
  }

  private var program: String {
    "All computations were done with \(manifest.program.name) \(manifest.program.version)."
  }

  // MARK: Words

  /// A number and its noun; without commas between thousands, which journals set as they like.
  static func count(_ value: Int, _ noun: String) -> String {
    "\(value) \(noun)\(value == 1 ? "" : "s")"
  }

  /// A setting such as `4 pairs` or `3 ids, md5 …` as a number and a noun.
  static func listed(_ setting: String, _ noun: String) -> String {
    count(setting.prefix { $0 != " " }.split(separator: " ").first.flatMap { Int($0) } ?? 0, noun)
  }

  /// `a`, `a and b`, `a, b and c`.
  static func enumeration(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }
}
