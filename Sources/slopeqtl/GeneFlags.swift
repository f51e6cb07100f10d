import ArgumentParser
import Association
import MixedModels

/// p-values and signals of genes.
struct GeneFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Gene-level p-values: acat, emt, bootstrap[:B], permutation[:B], several with commas, or none.",
      discussion: "q-values over genes are made of the first one's.", valueName: "methods"))
  var genePvalue = "acat"

  @Flag(help: "Find independent signals of genes by conditioning (PREFIX.signals.tsv.gz).")
  var conditional = false

  @Option(
    help: ArgumentHelp(
      "False discovery rate over genes of nominal thresholds and signals.", valueName: "rate"))
  var fdr = 0.05

  @Option(help: "Seed of bootstrap and permutation.")
  var seed: UInt64 = 1

  func validate() throws {
    guard let methods = GenePValueMethod.list(genePvalue) else {
      throw ValidationError(
        "--gene-pvalue '\(genePvalue)': expected acat, emt, bootstrap[:B], permutation[:B] (B from "
          + "\(GenePValueMethod.fewestReplicates)), each once, several with commas, or none")
    }
    guard fdr > 0, fdr < 1 else { throw ValidationError("--fdr \(fdr): expected above 0, below 1") }
    if conditional, methods.isEmpty {
      throw ValidationError(
        "--conditional with --gene-pvalue none: expected a method that says which genes have signals"
      )
    }
  }

  /// Refuses methods that the rest of the command line rules out.
  func check(model: ModelFlags, selection: SelectionFlags) throws {
    let methods = GenePValueMethod.list(genePvalue) ?? []
    if selection.trans, let method = methods.first(where: { $0 != .acat }) {
      throw ValidationError(
        "--gene-pvalue \(method.name) with --trans: it takes all variants of a gene at once, which cis "
          + "windows bound; expected acat or none")
    }
    if selection.trans, conditional {
      throw ValidationError("--conditional with --trans: signals are found in cis windows")
    }
    guard let method = methods.first(where: { $0.replicates != nil }) else { return }
    let refused =
      model.refit == VarianceRefit.none
      ? "--refit none"
      : ![.satterthwaite, .kenwardRoger].contains(model.estimation.df)
        ? "--df \(model.estimation.df.rawValue)" : nil
    if let refused {
      throw ValidationError(
        "--gene-pvalue \(method.name) with \(refused): replicates are fitted as a scan with --refit "
          + "all and --df satterthwaite or kenward-roger fits; with \(refused) expected acat or emt"
      )
    }
  }

  func apply(to options: inout ScanOptions) {
    options.geneLevel = GeneLevelOptions(
      methods: GenePValueMethod.list(genePvalue) ?? [.acat], findsSignals: conditional,
      falseDiscoveryRate: fdr, seed: seed)
  }
}
