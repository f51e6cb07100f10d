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

  /// What stands for time.
  package enum TimeBasis: Sendable, Equatable {
    case linear
    case polynomial(Int)
    case naturalSpline(Int)

    /// As a formula writes it.
    var text: String {
      switch self {
      case .linear: "time"
      case .polynomial(let degree): "poly(time, \(degree))"
      case .naturalSpline(let df): "ns(time, df = \(df))"
      }
    }
  }

  /// How the residual variance differs between samples.
  package enum ResidualVarianceChoice: Sendable, Equatable {
    case homogeneous
    /// By the levels of a column.
    case strata(String)
    /// Exponential in a column.
    case exponential(String)

    package var text: String {
      switch self {
      case .homogeneous: "homogeneous"
      case .strata(let column): "by:\(column)"
      case .exponential(let column): "exp:\(column)"
      }
    }

    var column: String? {
      switch self {
      case .homogeneous: nil
      case .strata(let column), .exponential(let column): column
      }
    }
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
  /// What stands for time in the fixed part and the tested block.
  package var timeBasis = TimeBasis.linear
  package var residualVariance = ResidualVarianceChoice.homogeneous
  /// A column of the sheet whose levels get a random intercept.
  package var nested: String?
  /// A relationship matrix between donors: a random intercept with that covariance.
  package var kinshipPath: String?
  /// Whether the slope has it too.
  package var kinshipSlope = false
  /// Precision weights, laid out as the expression file.
  package var weightsPath: String?
  package var timeCentre = TimeCentre.automatic
  package var covariateByTime = CovariateByTime.donor
  package var referenceLevels: [String: String] = [:]
  /// What expression is, where it is not Gaussian: counts or binary outcomes, fitted by Laplace's
  /// approximation.
  package var family: ResponseFamily?
  /// A column of the sheet or a covariate that is added to the linear predictor.
  package var offset: String?
  package var criterion = EstimationCriterion.reml
  package var degreesOfFreedom = DegreesOfFreedomMethod.satterthwaite
  package var refit = VarianceRefit.all
  /// Whether `refit` was asked for, and holds whatever it costs.
  package var isRefitChosen = false
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
  /// The one gene to process, with the rows that the scan of all has; an id.
  package var focus: String?
  /// Only these pairs.
  package var keepPairs: PairList?
  package var filter = VariantFilter()
  package var guards = GuardOptions()
  /// Rows with a larger `pval_gi` are not written.
  package var pValueThreshold = 1.0
  package var significantDigits = 6
  /// p-values and signals of genes.
  package var geneLevel = GeneLevelOptions()
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
