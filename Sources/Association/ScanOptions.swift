import Cohort
import Genotypes
import KernelInterface
import MixedModels
import VectorKernels

/// Everything a scan is told.
package struct ScanOptions: Sendable {
  /// Where time is centred.
  package enum TimeCentre: Sendable, Equatable {
    /// The mean over all samples, or 0 where centring would change the model.
    case automatic
    case mean
    /// The earliest time.
    case first
    case value(Double)
  }

  /// Which covariates the default formula also multiplies with time.
  package enum CovariateByTime: String, Sendable, CaseIterable {
    case donor, all, none
  }

  package var genotypes: GenotypeInput
  package var field: DosageField?
  package var cohort: CohortInputs
  /// Output prefix.
  package var outputPrefix: String

  /// The whole model; nil builds the default one.
  package var formula: String?
  /// Replaces the random part.
  package var random: String?
  package var timeCentre = TimeCentre.automatic
  package var covariateByTime = CovariateByTime.donor
  package var referenceLevels: [String: String] = [:]
  package var criterion = EstimationCriterion.reml
  package var degreesOfFreedom = DegreesOfFreedomMethod.satterthwaite
  package var refit = VarianceRefit.all
  /// Instruction set of the inner loops.
  package var level = SIMDLevel.highest

  /// All pairs instead of those in cis windows.
  package var isTrans = false
  /// Bases on either side of a gene.
  package var window = 1_000_000
  package var region: GenomicRegion?
  /// Only these genes.
  package var genes: Set<String>?
  package var keepVariants: Set<String>?
  package var filter = VariantFilter()
  /// Rows with a larger `pval_gi` are not written.
  package var pValueThreshold = 1.0
  package var significantDigits = 6
  package var threads = 1
  /// The part of the genes to scan; nil is all.
  package var shard: Shard?
  /// Where unfinished work is kept; nil is beside the output.
  package var checkpointFolder: String?
  /// Whether unfinished work and results under the prefix are overwritten.
  package var startsOver = false
  /// The command as given, for the manifest.
  package var command: [String] = []
  /// Name and version of the program, for the manifest.
  package var program = (name: "slopeqtl", version: "")

  /// The folder of the output.
  var outputFolder: String {
    guard let slash = outputPrefix.lastIndex(of: "/") else { return "." }
    return slash == outputPrefix.startIndex ? "/" : String(outputPrefix[..<slash])
  }

  /// The file of unfinished work.
  var journalPath: String {
    guard let folder = checkpointFolder else { return outputPrefix + ".ckpt" }
    let name = outputPrefix.lastIndex(of: "/").map { outputPrefix[$0...].dropFirst() }
    return "\(folder)/\(name ?? outputPrefix[...]).ckpt"
  }

  package init(genotypes: GenotypeInput, cohort: CohortInputs, outputPrefix: String) {
    self.genotypes = genotypes
    self.cohort = cohort
    self.outputPrefix = outputPrefix
  }
}
