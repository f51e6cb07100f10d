import KernelInterface
import LinearAlgebra

@testable import MixedModels

/// Genes and variants over one small design, with pairs of every kind among them.
struct LanePairs {
  let design: DesignCrossProducts
  let genes: [PairGene]
  /// Donors × variants, column-major.
  let dosages: [Double]
  let variantCount: Int
  let criterion: EstimationCriterion

  /// - Parameter extraColumns: fixed columns of noise beside the cohort's four.
  init(
    seed: UInt64, donors: Int = 16, shape: RandomEffectShape = .full,
    criterion: EstimationCriterion = .reml, missing: Double = 0.2, extraColumns: Int = 0
  ) throws {
    var random = TestRandom(seed: 1000 + seed)
    var cohort = TestCohort(seed: seed, donors: donors, missing: missing, shape: shape)
    let samples = cohort.response.count
    cohort.matrices.fixed = Matrix(
      rows: samples,
      columns: (0..<4).map { cohort.matrices.fixed.column($0) }
        + (0..<extraColumns).map { _ in (0..<samples).map { _ in random.normal() } })
    cohort.matrices.fixedNames += (0..<extraColumns).map { "noise\($0)" }
    let design = try DesignCrossProducts(cohort.matrices)
    var variants = (0..<9).map { _ in
      (0..<donors).map { _ in Double(Int(random.uniform() * 3)) }
    }
    // The same for every donor: a multiple of the intercept, and of time.
    variants.append([Double](repeating: 1, count: donors))
    // Without any carrier.
    variants.append([Double](repeating: 0, count: donors))
    // Continuous, as imputed dosages are.
    variants.append((0..<donors).map { _ in 2 * random.uniform() })
    let fixed = design.matrices.fixed
    var genes: [PairGene] = []
    // From no variance between donors at all to one that hides the residual, and with effects
    // that move the optimum far from the null fit.
    for (spread, slope, effect) in [
      (0, 0, 0), (1, 0.4, 0), (1, 0.1, 1.5), (5, 2, 0), (0.5, 0, 3), (30, 30, 0), (0, 1, 0),
      (0.2, 0.1, 0),
    ] {
      let first = (0..<donors).map { _ in spread * random.normal() }
      let second = (0..<donors).map { _ in slope * random.normal() }
      let response = (0..<samples).map { i in
        let donor = cohort.matrices.donorOfSample[i]
        let t = fixed[i, 1]
        let g = variants[0][design.donorOrder.firstIndex(of: donor) ?? 0]
        return 100 + first[donor] + (second[donor] + effect * g) * t + random.normal()
      }
      let products = ResponseCrossProducts(design: design, response: response)
      genes.append(
        PairGene(
          response: products,
          null: NullFit(design: design, response: products, criterion: criterion)))
    }
    self.design = design
    self.genes = genes
    self.criterion = criterion
    dosages = variants.flatMap { $0 }
    variantCount = variants.count
  }

  /// Every gene with every variant, gene by gene.
  var requests: [PairRequest] {
    genes.indices.flatMap { gene in
      (0..<variantCount).map { PairRequest(gene: gene, variant: $0) }
    }
  }

  func exactFits(
    refit: VarianceRefit = .all, method: DegreesOfFreedomMethod = .satterthwaite
  ) -> [PairFit] {
    let kernel = ExactInteractionKernel(
      design: design, columns: PairFitTests.columns, criterion: criterion, method: method,
      refit: refit)
    return requests.map { request in
      let start = request.variant * design.donorCount
      kernel.load(dosages: Array(dosages[start..<(start + design.donorCount)]))
      return kernel.fit(
        response: genes[request.gene].response, null: genes[request.gene].null)
    }
  }

  func kernel(
    refit: VarianceRefit = .all, method: DegreesOfFreedomMethod = .satterthwaite,
    level: SIMDLevel
  ) -> LaneInteractionKernel {
    LaneInteractionKernel(
      design: design, columns: PairFitTests.columns, criterion: criterion, method: method,
      refit: refit, level: level)
  }
}
