import KernelInterface
import LinearAlgebra
import VectorKernels

@testable import MixedModels

/// Genes and variants over one design, fitted in charts and by the exact scalar kernel.
struct ChartPairs {
  /// A design and a model.
  struct Setting: CustomStringConvertible, Sendable {
    var donors: Int
    var missing = 0.0
    var shape = RandomEffectShape.full
    var criterion = EstimationCriterion.reml
    var isDirect = false
    var method = DegreesOfFreedomMethod.satterthwaite

    var description: String {
      "\(donors) donors, \(missing) missing, \(shape), \(criterion), \(method), "
        + (isDirect ? "direct" : "stored")
    }
  }

  /// How a variant's dosages were made.
  enum Kind: CaseIterable {
    case common, imputed, rare, correlated
  }

  /// One pair as the charts left it.
  struct Fast {
    var outcome: ChartOutcome
    var statistic: Double
    var logPValue: Double
    /// Only where it settled.
    var fit: PairFit?
  }

  let setting: Setting
  let design: DesignCrossProducts
  let shared: ChartDesign
  /// nil where charts are direct.
  let operators: FormOperators?
  let genes: [PairGene]
  /// nil where a gene has none.
  let charts: [GeneChart?]
  let variants: [[Double]]
  let kinds: [Kind]

  static let columns = PairFitTests.columns

  init?(_ setting: Setting, seed: UInt64) throws {
    var random = TestRandom(seed: 77_000 + seed)
    let cohort = TestCohort(
      seed: seed, donors: setting.donors, missing: setting.missing, shape: setting.shape)
    let design = try DesignCrossProducts(cohort.matrices)
    guard
      let shared = ChartDesign(
        design: design, columns: Self.columns, criterion: setting.criterion,
        method: setting.method, isDirect: setting.isDirect)
    else { return nil }
    var variants: [[Double]] = []
    var kinds: [Kind] = []
    for kind in Kind.allCases {
      for number in 0..<12 {
        variants.append(Self.dosages(kind, number, design, &random))
        kinds.append(kind)
      }
    }
    genes = Self.genes(design, variants[0], setting.criterion, &random)
    charts = genes.map { GeneChart(shared: shared, response: $0.response, null: $0.null) }
    self.setting = setting
    self.design = design
    self.shared = shared
    operators = setting.isDirect ? nil : FormOperators(shared: shared)
    self.variants = variants
    self.kinds = kinds
  }

  /// One per donor in the design's order.
  private static func dosages(
    _ kind: Kind, _ number: Int, _ design: DesignCrossProducts, _ random: inout TestRandom
  ) -> [Double] {
    let count = design.donorCount
    func calls(_ frequency: Double) -> [Double] {
      (0..<count).map { _ in
        (random.uniform() < frequency ? 1 : 0) + (random.uniform() < frequency ? 1 : 0)
      }
    }
    switch kind {
    case .common: return calls(0.15 + 0.35 * random.uniform())
    case .imputed:
      return calls(0.3).map { 0.85 * $0 + 0.3 * random.uniform() }
    case .rare:
      var dosages = [Double](repeating: 0, count: count)
      var carriers: Set<Int> = []
      while carriers.count < 2 + number % 5 {
        carriers.insert(Int(random.uniform() * Double(count)))
      }
      for carrier in carriers { dosages[carrier] = 1 }
      return dosages
    case .correlated:
      // A share of about 0.97 of its variance is that of the donors' age.
      let fixed = design.matrices.fixed
      var ages = [Double](repeating: 0, count: count)
      for (sample, donor) in design.matrices.donorOfSample.enumerated() {
        if let place = design.donorOrder.firstIndex(of: donor) { ages[place] = fixed[sample, 2] }
      }
      return ages.map { 1 + 0.3 * $0 + 0.05 * random.normal() }
    }
  }

  /// Null fits inside the cone, on its boundary and at its tip, and genes with an effect.
  private static func genes(
    _ design: DesignCrossProducts, _ causal: [Double], _ criterion: EstimationCriterion,
    _ random: inout TestRandom
  ) -> [PairGene] {
    let matrices = design.matrices
    let place = Dictionary(
      uniqueKeysWithValues: design.donorOrder.enumerated().map { ($1, $0) })
    return [
      (0, 0, 0), (1, 0.5, 0), (0.8, 0, 0), (1, 0.4, 0.2), (0, 0.3, 0), (2, 1.5, 0), (0.3, 0.1, 0.1),
    ].map { (spread: Double, slope: Double, effect: Double) in
      let first = causal.map { _ in spread * random.normal() }
      let second = causal.map { _ in slope * random.normal() }
      let response = matrices.donorOfSample.indices.map { sample -> Double in
        let donor = place[matrices.donorOfSample[sample]] ?? 0
        let t = matrices.fixed[sample, 1]
        return 5 + first[donor] + (second[donor] + effect * causal[donor]) * t + random.normal()
      }
      let products = ResponseCrossProducts(design: design, response: response)
      return PairGene(
        response: products,
        null: NullFit(design: design, response: products, criterion: criterion))
    }
  }

  /// Fits variants in the given order behind `offset` others; the result at an index belongs to
  /// the variant at it in `order`.
  func fast(
    gene: Int, level: SIMDLevel, order: [Int], offset: Int = 0, isFull: Bool = true
  ) -> [Fast] {
    guard let chart = charts[gene] else {
      return order.map { _ in
        Fast(outcome: .unsettled, statistic: .nan, logPValue: .nan, fit: nil)
      }
    }
    let block =
      operators.map { VariantBlock(operators: $0, capacity: 128, kernel: level.kernel) }
      ?? VariantBlock(direct: shared, capacity: 128, kernel: level.kernel)
    for padding in 0..<offset { block.append(variants[padding % variants.count]) }
    for index in order { block.append(variants[index]) }
    block.prepare()
    let kernel = ChartKernel(shared: shared, capacity: 128, kernel: level.kernel)
    let range = offset..<(offset + order.count)
    kernel.fit(chart, block, variants: range, isFull: isFull)
    var logPValues = [Double](repeating: .nan, count: order.count)
    kernel.logPValues(of: range, into: &logPValues)
    return range.map { index in
      let outcome = kernel.outcome(at: index)
      let isSettled = outcome == .interior || outcome == .boundary
      return Fast(
        outcome: outcome, statistic: kernel.result(.statistic, at: index),
        logPValue: logPValues[index - offset],
        fit: isSettled && isFull ? kernel.pairFit(at: index) : nil)
    }
  }

  func exact(gene: Int) -> [PairFit] {
    let kernel = ExactInteractionKernel(
      design: design, columns: Self.columns, criterion: setting.criterion,
      method: setting.method)
    return variants.map {
      kernel.load(dosages: $0)
      return kernel.fit(response: genes[gene].response, null: genes[gene].null)
    }
  }
}
