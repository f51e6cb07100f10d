import Distributions
import Foundation
import KernelInterface
import Testing
import VectorKernels

@testable import MixedModels

@Suite("The fast fit of pairs in charts")
struct ChartKernelTests {
  static let levels = SIMDLevel.allCases.filter(\.isSupported)

  static let settings: [ChartPairs.Setting] =
    [20, 60, 120].flatMap { donors in
      [
        ChartPairs.Setting(donors: donors),
        ChartPairs.Setting(donors: donors, missing: 0.2),
        ChartPairs.Setting(donors: donors, criterion: .ml),
        ChartPairs.Setting(donors: donors, missing: 0.2, shape: .diagonal),
        ChartPairs.Setting(donors: donors, missing: 0.2, shape: .scalar, criterion: .ml),
        ChartPairs.Setting(donors: donors, shape: .scalar),
        ChartPairs.Setting(donors: donors, missing: 0.2, isDirect: true),
        ChartPairs.Setting(
          donors: donors, missing: 0.2, shape: .diagonal, criterion: .ml, isDirect: true),
        ChartPairs.Setting(donors: donors, missing: 0.2, shape: .scalar, isDirect: true),
      ]
    }
    + [20, 60, 120].flatMap { donors in
      [
        ChartPairs.Setting(donors: donors, method: .kenwardRoger),
        ChartPairs.Setting(donors: donors, missing: 0.2, method: .kenwardRoger),
        ChartPairs.Setting(donors: donors, missing: 0.2, shape: .diagonal, method: .kenwardRoger),
        ChartPairs.Setting(donors: donors, missing: 0.2, shape: .scalar, method: .kenwardRoger),
      ]
    }

  /// Shares of pairs that may be left to the exact kernel, which costs time and nothing else:
  /// effects and boundaries move the variances of few donors far (half of a gene with a strong
  /// effect may leave its chart), and the diagonal shape leaves a face of the cone for another.
  private static func largestOpenShare(_ setting: ChartPairs.Setting) -> Double {
    setting.donors < 50 || setting.shape != .full ? 0.45 : 0.02
  }

  @Test("settles pairs within the contract, with the exact status", arguments: settings)
  func contract(_ setting: ChartPairs.Setting) throws {
    var faces: Set<ConeFace> = []
    var outcomes: Set<ChartOutcome> = []
    var open = 0
    var count = 0
    var reported = 0
    for seed in 1...3 {
      let pairs = try #require(try ChartPairs(setting, seed: UInt64(seed)))
      for (gene, chart) in pairs.charts.enumerated() {
        if chart != nil { faces.insert(pairs.genes[gene].null.face) }
        let fast = pairs.fast(gene: gene, level: .highest, order: Array(pairs.variants.indices))
        for (index, (fast, exact)) in zip(fast, pairs.exact(gene: gene)).enumerated() {
          let isCorrelated = pairs.kinds[index] == .correlated
          outcomes.insert(fast.outcome)
          if !isCorrelated { count += 1 }
          guard let fit = fast.fit else {
            if !isCorrelated { open += 1 }
            continue
          }
          // What lies below is fitted exactly and reported from there.
          guard fast.logPValue >= log(1e-3) else { continue }
          reported += 1
          Self.expectContract(
            fit, exact, logPValue: fast.logPValue, donors: setting.donors,
            "seed \(seed) gene \(gene) variant \(index) \(pairs.kinds[index])")
        }
      }
    }
    #expect(Double(open) <= Self.largestOpenShare(setting) * Double(count), "\(open) of \(count)")
    #expect(reported > 400)
    #expect(faces.count > 1, "null fits of one kind only")
    #expect(outcomes.isSuperset(of: [.interior, .boundary]), "\(outcomes)")
  }

  @Test("gives the same bits in one step and in its two parts", arguments: [false, true])
  func parts(_ isFull: Bool) throws {
    let setting = ChartPairs.Setting(donors: 60, missing: 0.2)
    let pairs = try #require(try ChartPairs(setting, seed: 5))
    let chart = try #require(pairs.charts[1])
    let kernel = SIMDLevel.highest.kernel
    let operators = try #require(pairs.operators)
    let block = VariantBlock(operators: operators, capacity: 64, kernel: kernel)
    // The last panel is not full.
    for variant in pairs.variants.prefix(45) { block.append(variant) }
    block.prepare()
    let whole = ChartKernel(shared: pairs.shared, capacity: 64, kernel: kernel)
    whole.fit(chart, block, variants: 0..<45, isFull: isFull)
    let parts = ChartKernel(shared: pairs.shared, capacity: 64, kernel: kernel)
    #expect(block.panelCount == 2)
    for panel in 0..<2 {
      parts.multiply(chart, block, panel: panel, isFull: isFull)
      parts.solve(chart, block, panel: panel, isFull: isFull)
    }
    for index in 0..<45 {
      #expect(parts.outcome(at: index) == whole.outcome(at: index))
      for result in ChartResult.allCases {
        #expect(
          parts.result(result, at: index).bitPattern == whole.result(result, at: index).bitPattern,
          "\(result) of variant \(index)")
      }
    }
  }

  /// The contract of rows with p ≥ 1e-3. It promises t, p and the deviance; the other numbers follow
  /// from the same point M, so that they are close too: a tenth of a percent of a standard error for
  /// coefficients, and so on. Wrong rows or columns would be off by far more.
  private static func expectContract(
    _ fit: PairFit, _ exact: PairFit, logPValue: Double, donors: Int, _ context: String
  ) {
    #expect(fit.status == exact.status, "\(context)")
    let t = exact.interaction.statistic
    #expect(
      abs(fit.interaction.statistic - t) <= (donors < 50 ? 2e-3 : 5e-4),
      "\(context): \(fit.interaction.statistic), exactly \(t)")
    let exactP = StudentT.logTwoSidedTail(
      t, degreesOfFreedom: exact.interaction.degreesOfFreedom)
    #expect(abs(logPValue - exactP) <= 1e-3 * M_LN10, "\(context): p")
    #expect(abs(fit.deviance - exact.deviance) <= 2e-3, "\(context): deviance")
    for (name, a, b) in [
      ("genotype", fit.genotype, exact.genotype), ("time", fit.time, exact.time),
      ("interaction", fit.interaction, exact.interaction),
    ] {
      #expect(abs(a.value - b.value) <= 2e-3 * b.standardError, "\(context): \(name)")
      #expect(abs(a.standardError / b.standardError - 1) <= 3e-3, "\(context): SE of \(name)")
    }
    let scale = exact.genotype.standardError * exact.interaction.standardError
    #expect(
      abs(fit.covarianceGenotypeInteraction - exact.covarianceGenotypeInteraction) <= 2e-3 * scale,
      "\(context): covariance")
    // The degrees of freedom take third derivatives of a polynomial of third order.
    #expect(
      abs(fit.interaction.degreesOfFreedom / exact.interaction.degreesOfFreedom - 1) <= 0.02,
      "\(context): degrees of freedom")
    let (c, d) = (fit.components, exact.components)
    #expect(abs(c.residualDeviation - d.residualDeviation) <= 1e-3 * d.residualDeviation)
    // Near 0 an SD is the root of a variance that is right to about 1e-6.
    #expect(abs(c.firstDeviation - d.firstDeviation) <= 2e-3 * d.residualDeviation)
    #expect(c.secondDeviation.isNaN == d.secondDeviation.isNaN)
    if !d.secondDeviation.isNaN {
      #expect(abs(c.secondDeviation - d.secondDeviation) <= 2e-3 * d.residualDeviation)
    }
    #expect(c.correlation.isNaN == d.correlation.isNaN, "\(context): correlation")
  }

  /// Products in single precision are the same bits on every level, or nearly always (a double
  /// rounding in 2²⁹); what follows is in doubles.
  @Test("gives the same on every instruction set", arguments: settings)
  func instructionSets(_ setting: ChartPairs.Setting) throws {
    let pairs = try #require(try ChartPairs(setting, seed: 4))
    let order = Array(pairs.variants.indices)
    for gene in pairs.charts.indices {
      let highest = pairs.fast(gene: gene, level: .highest, order: order)
      for level in Self.levels {
        for (a, b) in zip(pairs.fast(gene: gene, level: level, order: order), highest) {
          #expect(a.outcome == b.outcome)
          guard b.fit != nil else { continue }
          #expect(abs(a.statistic - b.statistic) <= 1e-9 * max(1, abs(b.statistic)), "\(level)")
        }
      }
    }
  }

  private static func bits(_ fast: ChartPairs.Fast) -> [UInt64] {
    guard let fit = fast.fit else { return [UInt64(fast.outcome.rawValue)] }
    return LaneInteractionKernelTests.bits(fit)
      + [
        UInt64(fast.outcome.rawValue), fast.statistic.bitPattern, fast.logPValue.bitPattern,
      ]
  }

  @Test("is the same, bit for bit, whatever the variants beside a pair", arguments: levels)
  func independence(level: SIMDLevel) throws {
    for setting in [Self.settings[1], Self.settings[6], Self.settings[9], Self.settings[28]] {
      let pairs = try #require(try ChartPairs(setting, seed: 5))
      var random = TestRandom(seed: 9)
      let order = Array(pairs.variants.indices)
      for gene in pairs.charts.indices {
        let together = pairs.fast(gene: gene, level: level, order: order).map(Self.bits)
        for offset in [0, 1, 7, 31, 77] {
          let shuffled = order.map { ($0, random.uniform()) }.sorted { $0.1 < $1.1 }.map(\.0)
          let some = Array(shuffled.prefix(offset == 77 ? 1 : 33))
          let fits = pairs.fast(gene: gene, level: level, order: some, offset: offset)
          for (index, fit) in zip(some, fits) {
            #expect(Self.bits(fit) == together[index], "variant \(index) behind \(offset)")
          }
        }
      }
    }
  }

  @Test(
    "has the same test whether all numbers are asked for or not", arguments: levels, [10, 15, 32])
  func testAlone(level: SIMDLevel, setting: Int) throws {
    let pairs = try #require(try ChartPairs(Self.settings[setting], seed: 6))
    let order = Array(pairs.variants.indices)
    for gene in pairs.charts.indices {
      let full = pairs.fast(gene: gene, level: level, order: order)
      for (a, b) in zip(pairs.fast(gene: gene, level: level, order: order, isFull: false), full) {
        #expect(a.outcome == b.outcome)
        guard b.fit != nil else { continue }
        #expect(a.statistic.bitPattern == b.statistic.bitPattern)
        #expect(a.logPValue.bitPattern == b.logPValue.bitPattern)
      }
    }
  }

  @Test("p-values are those of the t statistics and their degrees of freedom")
  func pValues() throws {
    let pairs = try #require(try ChartPairs(Self.settings[9], seed: 7))
    for fast in pairs.fast(
      gene: 1, level: .highest, order: Array(pairs.variants.indices))
    {
      guard let test = fast.fit?.interaction else { continue }
      let expected = StudentT.logTwoSidedTail(
        test.statistic, degreesOfFreedom: test.degreesOfFreedom)
      // Value and SE are divided again: the last digits of t, times t², move log p.
      #expect(abs(fast.logPValue - expected) <= 1e-12 * max(1, abs(expected)))
    }
  }
}
