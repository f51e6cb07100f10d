import Association
import Glibc
import Longitudinal
import Results

/// The methods paragraph of a paper that used a scan, with the papers its methods come from.
struct MethodsText {
  let manifest: Manifest
  /// Share of pairs whose optimum lies on the boundary.
  let boundaryShare: Double

  private var settings: [String: String] { manifest.plan.settings }
  private var isGaussian: Bool { manifest.family == nil }

  /// One paragraph.
  var paragraph: String {
    [sentence, estimation, tests, selection, genes, program].compactMap(\.self)
      .joined(separator: " ")
  }

  private var sentence: String {
    let design = manifest.design
    let scope =
      manifest.plan.isTrans
      ? "all gene–variant pairs"
      : "all variants within \(kilobases) kb of each gene"
    let model =
      isGaussian
      ? "a linear mixed model" : "a generalised linear mixed model (\(manifest.family ?? ""))"
    return "Dynamic eQTLs were mapped in \(design.donors) donors with \(design.samples) samples at "
      + "\(design.times.count) times by fitting, for \(scope) (\(manifest.pairs) pairs of "
      + "\(manifest.genes) genes), \(model), `\(manifest.formula)`, in which `genotype` is the "
      + "dosage of the effect allele and time is centred at \(CompactNumber.text(manifest.timeCenter))."
  }

  private var kilobases: String {
    CompactNumber.text((settings["window"].flatMap { Double($0) } ?? 0) / 1000)
  }

  private var estimation: String {
    guard isGaussian else {
      return "The likelihood was approximated by Laplace's method (Bates et al. 2015)."
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
    return "Variance parameters were estimated by \(criterion) and "
      + "\(variances); \(CompactNumber.fixed(100 * boundaryShare, decimals: 1)) % of the optima lay on the "
      + "boundary of the parameter space."
  }

  private var tests: String {
    let what =
      manifest.timeBasis.map {
        "the \($0.columns.count) genotype × time coefficients jointly by an F test"
      } ?? "the genotype × time coefficient by a t test"
    let method: String
    switch manifest.degreesOfFreedom {
    case "satterthwaite":
      method =
        "with Satterthwaite's degrees of freedom (Satterthwaite 1946; Kuznetsova et al. 2017)"
    case "kenward-roger":
      method = "with Kenward and Roger's adjustment (Kenward & Roger 1997)"
    case "residual": method = "with residual degrees of freedom"
    default: method = "against the normal distribution"
    }
    return "We tested \(what) \(method)."
  }

  private var selection: String {
    var text =
      "Variants with a minor-allele frequency of at least \(number("maf")), a minor-allele count "
      + "of at least \(number("mac-donors")) over donors and at most "
      + "\(percent(settings["max-missing"])) missing dosages were tested"
    if manifest.plan.settings["pval-threshold"].flatMap({ Double($0) }) ?? 1 < 1 {
      text += "; pairs with p up to \(settings["pval-threshold"] ?? "") were reported"
    }
    return text + "."
  }

  /// A setting that is a number, without zeros at its end.
  private func number(_ name: String) -> String {
    CompactNumber.text(settings[name].flatMap { Double($0) } ?? 0)
  }

  private func percent(_ share: String?) -> String {
    "\(CompactNumber.text(100 * (share.flatMap { Double($0) } ?? 0))) %"
  }

  private var genes: String? {
    let methods = (settings["gene-pvalue"] ?? "").split(separator: ",").map(String.init)
    guard let first = methods.first, first != "none" else { return nil }
    let names = methods.map { method in
      switch method.split(separator: ":").first.map(String.init) ?? method {
      case "acat": "the Cauchy combination test (Liu et al. 2019)"
      case "emt": "the effective number of tests (Davis et al. 2016)"
      case "bootstrap": "a parametric bootstrap with a beta approximation (Ongen et al. 2016)"
      case "permutation": "permutation with a beta approximation (Ongen et al. 2016)"
      default: method
      }
    }
    return "P-values of genes were obtained by \(names.joined(separator: " and ")), and q-values "
      + "over genes from \(methods.count > 1 ? "the first of these" : "these") (Storey & Tibshirani "
      + "2003)."
  }

  private var program: String {
    "All computations were done with \(manifest.program.name) \(manifest.program.version)."
  }

  /// The papers named, in alphabetical order, with their DOIs.
  var citations: [String] {
    let text = paragraph
    return Self.papers.filter { text.contains($0.key) }.map(\.full)
  }

  private static let papers: [(key: String, full: String)] = [
    (
      "Bates et al. 2015",
      "Bates D, Mächler M, Bolker B, Walker S (2015) Fitting linear mixed-effects models using lme4. "
        + "J Stat Softw 67(1). doi:10.18637/jss.v067.i01"
    ),
    (
      "Davis et al. 2016",
      "Davis JR, Fresard L, Knowles DA, et al. (2016) An efficient multiple-testing adjustment for eQTL "
        + "studies that accounts for linkage disequilibrium between variants. Am J Hum Genet 98:216–224. "
        + "doi:10.1016/j.ajhg.2015.11.021"
    ),
    (
      "Kenward & Roger 1997",
      "Kenward MG, Roger JH (1997) Small sample inference for fixed effects from restricted maximum "
        + "likelihood. Biometrics 53:983–997. doi:10.2307/2533558"
    ),
    (
      "Kuznetsova et al. 2017",
      "Kuznetsova A, Brockhoff PB, Christensen RHB (2017) lmerTest package: tests in linear mixed effects "
        + "models. J Stat Softw 82(13). doi:10.18637/jss.v082.i13"
    ),
    (
      "Liu et al. 2019",
      "Liu Y, Chen S, Li Z, Morrison AC, Boerwinkle E, Lin X (2019) ACAT: a fast and powerful p value "
        + "combination method for rare-variant analysis in sequencing studies. Am J Hum Genet 104:410–421. "
        + "doi:10.1016/j.ajhg.2019.01.002"
    ),
    (
      "Ongen et al. 2016",
      "Ongen H, Buil A, Brown AA, Dermitzakis ET, Delaneau O (2016) Fast and efficient QTL mapper for "
        + "thousands of molecular phenotypes. Bioinformatics 32:1479–1485. "
        + "doi:10.1093/bioinformatics/btv722"
    ),
    (
      "Patterson & Thompson 1971",
      "Patterson HD, Thompson R (1971) Recovery of inter-block information when block sizes are unequal. "
        + "Biometrika 58:545–554. doi:10.1093/biomet/58.3.545"
    ),
    (
      "Satterthwaite 1946",
      "Satterthwaite FE (1946) An approximate distribution of estimates of variance components. Biometrics "
        + "Bulletin 2:110–114. doi:10.2307/3002019"
    ),
    (
      "Storey & Tibshirani 2003",
      "Storey JD, Tibshirani R (2003) Statistical significance for genomewide studies. PNAS "
        + "100:9440–9445. doi:10.1073/pnas.1530509100"
    ),
  ]
}
