/// What a scan computes of a gene from all its pairs.
package struct GeneLevelOptions: Sendable, Equatable {
  /// q-values are made of the first one's p-values.
  package var methods: [GenePValueMethod] = [.acat]
  /// Whether independent signals of genes are looked for.
  package var findsSignals = false
  /// The false discovery rate over genes that nominal thresholds and signals are for.
  package var falseDiscoveryRate = 0.05
  /// Of replicates.
  package var seed: UInt64 = 1

  package init() {}

  package init(
    methods: [GenePValueMethod], findsSignals: Bool = false, falseDiscoveryRate: Double = 0.05,
    seed: UInt64 = 1
  ) {
    self.methods = methods
    self.findsSignals = findsSignals
    self.falseDiscoveryRate = falseDiscoveryRate
    self.seed = seed
  }

  /// Whether a method draws replicates.
  package var isRandom: Bool { resampling != nil }

  /// The first method with replicates: that of the beta distribution and of nominal thresholds.
  var resampling: GenePValueMethod? { methods.first { $0.replicates != nil } }

  func has(_ name: String) -> Bool { methods.contains { $0.name == name } }

  /// Whether the genotypes are read again for it.
  var needsSecondPass: Bool { findsSignals || methods.contains { $0 != .acat } }

  /// What the tables depend on, for the plan.
  var settings: [String: String] {
    var settings = [
      "gene-pvalue": methods.isEmpty ? "none" : methods.map(\.text).joined(separator: ",")
    ]
    if isRandom { settings["seed"] = "\(seed)" }
    if findsSignals { settings["conditional"] = "yes" }
    if isRandom || findsSignals { settings["fdr"] = "\(falseDiscoveryRate)" }
    return settings
  }

  /// The options that a plan's settings tell of.
  package init(settings: [String: String]) {
    methods = settings["gene-pvalue"].flatMap(GenePValueMethod.list) ?? [.acat]
    findsSignals = settings["conditional"] != nil
    falseDiscoveryRate = settings["fdr"].flatMap { Double($0) } ?? 0.05
    seed = settings["seed"].flatMap { UInt64($0) } ?? 1
  }
}
