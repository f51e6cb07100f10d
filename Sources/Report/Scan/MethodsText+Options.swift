import Association
import Longitudinal

/// Sentences of options that a scan may have.
extension MethodsText {
  /// What the model has that its formula does not tell.
  var modelSentences: [String] {
    var sentences: [String] = []
    if hasInput("kinship") {
      let effects =
        settings["kinship-slope"] == "true"
        ? "correlated random intercepts and slopes of donors"
        : "a random intercept of donors"
      sentences.append(
        "Beyond the formula the model has \(effects) whose covariance between donors is a given "
          + "relationship matrix.")
    }
    if let residual = residualSentence { sentences.append(residual) }
    if hasInput("weights") {
      switch manifest.family {
      case nil:
        sentences.append(
          "The residual variance of every value was taken to be inversely proportional to a given "
            + "precision weight.")
      case "binomial"?:
        sentences.append("Values are proportions, with given numbers of trials as weights.")
      default: sentences.append("Values were weighted by given prior weights.")
      }
    }
    if let offset = settings["offset"], offset != "none" {
      sentences.append("`\(offset)` was added to the linear predictor as an offset.")
    }
    if let normal = settings["normal"], normal != "no" {
      sentences.append(
        "Each gene's expression was replaced by normal quantiles of its ranks, Φ⁻¹((r − ½)/n).")
    }
    if let levels = settings["reference"], levels != "none" {
      let named = levels.split(separator: ",").map { level in
        level.split(separator: "=", maxSplits: 1).map { "`\($0)`" }.joined(separator: " = ")
      }
      sentences.append("Reference levels of factors: \(Self.enumeration(named)).")
    }
    return sentences
  }

  private var residualSentence: String? {
    let parts = (manifest.residualVariance ?? "").split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    switch parts[0] {
    case "by": return "The residual variance was estimated for each level of `\(parts[1])`."
    case "exp": return "The residual standard deviation is exponential in `\(parts[1])`."
    default: return nil
    }
  }

  private func hasInput(_ role: String) -> Bool { manifest.inputs.contains { $0.role == role } }

  /// Which variants were tested, and which of their rows reported.
  var selection: String {
    var filters = [
      "a minor-allele frequency of at least \(number("maf"))",
      "a minor-allele count of at least \(number("mac-donors")) over donors",
      "at most \(percent(settings["max-missing"])) missing dosages",
    ]
    if let least = settings["min-class-donors"].flatMap({ Int($0) }), least > 0 {
      filters.append("at least \(Self.count(least, "donor")) in every genotype class that occurs")
    }
    var text = "Variants with \(Self.enumeration(filters)) were tested"
    if settings["pval-threshold"].flatMap({ Double($0) }) ?? 1 < 1 {
      text += "; pairs with p up to \(settings["pval-threshold"] ?? "") were reported"
    }
    if let field = settings["field"], field != "automatic" {
      text += "; dosages were taken from the field \(field)"
    }
    return text + "."
  }

  /// What lists and gaps in the data left out.
  var restrictions: [String] {
    let lists =
      [("genes", "gene"), ("keep-variants", "variant"), ("keep-donors", "donor")]
      + [("keep-samples", "sample")]
    let used = lists.compactMap { name, noun -> String? in
      guard let setting = settings[name], setting != "all" else { return nil }
      return Self.listed(setting, noun)
    }
    var sentences: [String] = []
    if !used.isEmpty {
      sentences.append("The analysis was restricted to lists of \(Self.enumeration(used)).")
    }
    if settings["ids"] == "intersect" {
      sentences.append(
        "Samples without genotypes, covariates or a row of the sample sheet were left out.")
    }
    if settings["missing-covariates"] == "drop" {
      sentences.append("Samples with a missing covariate were left out.")
    }
    return sentences
  }

  /// How p-values and q-values of genes were made; nil where there are none.
  var genes: String? {
    let options = GeneLevelOptions(settings: settings)
    guard !options.methods.isEmpty else { return nil }
    let names = options.methods.map { method in
      switch method {
      case .acat: "the Cauchy combination test (Liu et al. 2019)"
      case .effectiveTests: "the effective number of tests (Davis et al. 2016)"
      case .bootstrap(let replicates):
        "a parametric bootstrap of up to \(Self.count(replicates, "replicate")) with a beta "
          + "approximation (Ongen et al. 2016)"
      case .permutation(let replicates):
        "up to \(Self.count(replicates, "permutation")) of donors with a beta approximation (Ongen et "
          + "al. 2016)"
      }
    }
    let seed = options.isRandom ? " (seed \(options.seed))" : ""
    let pairs =
      manifest.plan.pairList == nil
      ? "" : "; they take no account of how the pairs of the list were chosen"
    return
      "P-values of genes were obtained by \(Self.enumeration(names))\(seed), and q-values over "
      + "genes from \(names.count > 1 ? "the first of these" : "these") "
      + "(\(options.methods.first == .acat ? "Benjamini & Hochberg 1995" : "Storey & Tibshirani 2003"))"
      + "\(pairs)."
  }

  /// How independent signals were found; nil where they were not looked for.
  var signals: String? {
    let options = GeneLevelOptions(settings: settings)
    guard options.findsSignals else { return nil }
    return "Independent signals of genes were found by conditioning, forward and backward "
      + "(Taylor-Weiner et al. 2019), at a false discovery rate of "
      + "\(CompactNumber.text(options.falseDiscoveryRate)) over genes."
  }

  /// Whether lead variants were fitted without each donor.
  var jackknife: String? {
    guard settings["jackknife"] == "yes" else { return nil }
    return "Lead variants were fitted again without each donor in turn, and the largest p-value "
      + "reported."
  }

  /// A setting that is a number, without zeros at its end.
  private func number(_ name: String) -> String {
    CompactNumber.text(settings[name].flatMap { Double($0) } ?? 0)
  }

  private func percent(_ share: String?) -> String {
    "\(CompactNumber.text(100 * (share.flatMap { Double($0) } ?? 0))) %"
  }
}
