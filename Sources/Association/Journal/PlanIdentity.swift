import BlockGzip

/// What a scan is of: everything that its tables depend on, without paths, dates and hosts.
///
/// Two runs with the same identity make the same bytes, so that one may go on where another ended
/// and shards of one plan belong together.
struct PlanIdentity: Sendable, Equatable {
  /// Names and values, to say in what two plans differ.
  let settings: [String: String]
  /// MD5 of the settings: 32 hexadecimal digits.
  let id: String

  init(settings: [String: String]) {
    self.settings = settings
    id = FileDigest.md5(
      of: settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined())
  }

  /// - Parameter inputs: digests of the input files.
  init(options: ScanOptions, plan: ModelPlan, inputs: [Manifest.Input]) {
    var settings = [
      "version": options.program.version, "simd": options.level.description,
      "formula": plan.formula.text, "criterion": options.criterion.rawValue,
      "df": options.degreesOfFreedom.rawValue, "refit": options.refit.rawValue,
      "time-center": "\(plan.timeCentre)", "time-column": options.cohort.timeColumn ?? "time",
      "reference": Self.list(options.referenceLevels.map { "\($0.key)=\($0.value)" }),
      "pairs": options.isTrans ? "trans" : "cis", "window": "\(options.window)",
      "region": options.region.map { "\($0)" } ?? "none",
      "family": options.family?.rawValue ?? "gaussian", "offset": options.offset ?? "none",
      "keep-pairs": options.keepPairs.map {
        "\($0.count) pairs, md5 \(FileDigest.md5(of: $0.text))"
      }
        ?? "all",
      "genes": Self.digest(options.genes), "keep-variants": Self.digest(options.keepVariants),
      "keep-samples": Self.digest(options.cohort.keepSamples),
      "keep-donors": Self.digest(options.cohort.keepDonors),
      "ids": "\(options.cohort.ids)", "missing-covariates": "\(options.cohort.missingCovariates)",
      "field": options.field?.rawValue ?? "automatic", "maf": "\(options.filter.minimumFrequency)",
      "mac-donors": "\(options.filter.minimumCount)",
      "max-missing": "\(options.filter.maximumMissing)",
      "pval-threshold": "\(options.pValueThreshold)", "digits": "\(options.significantDigits)",
    ]
    // The formula says what bases, nested terms and `--random` made of it.
    settings["row-fits"] = plan.rowsText(options)
    settings["residual-variance"] = options.residualVariance.text
    settings["kinship-slope"] = "\(options.kinshipSlope)"
    settings["min-class-donors"] = "\(options.filter.minimumClassDonors)"
    settings.merge(options.guards.settings) { first, _ in first }
    settings.merge(options.geneLevel.settings) { $1 }
    for (place, input) in inputs.enumerated() {
      settings["input \(place + 1) (\(input.role))"] = "\(input.bytes) bytes, md5 \(input.md5)"
    }
    self.init(settings: settings)
  }

  /// In what another plan differs from this one, for a message.
  func difference(from other: [String: String]) -> String {
    let names = Set(settings.keys).union(other.keys)
      .filter { settings[$0] != other[$0] }.sorted()
    let shown = names.prefix(3).map {
      "\($0) \(other[$0] ?? "absent") there, \(settings[$0] ?? "absent") here"
    }
    return shown.joined(separator: "; ") + (names.count > 3 ? "; \(names.count - 3) more" : "")
  }

  private static func list(_ values: [String]) -> String {
    values.isEmpty ? "none" : values.sorted().joined(separator: ",")
  }

  private static func digest(_ ids: Set<String>?) -> String {
    guard let ids else { return "all" }
    return "\(ids.count) ids, md5 \(FileDigest.md5(of: ids.sorted().joined(separator: "\n")))"
  }
}
