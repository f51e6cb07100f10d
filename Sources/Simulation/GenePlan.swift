import Distributions

/// The genes of a cohort, in file order, with their causal variants and effects.
package struct GenePlan: Sendable {
  /// Base pairs on either side of a gene in which its causal variant is drawn, as a scan's
  /// default window.
  package static let window = 1_000_000

  package private(set) var genes: [SimulatedGene]
  /// Genes that were to have a genotype effect but have no variant in reach to carry it.
  package private(set) var genesWithoutCandidate = 0

  /// Places genes at evenly spread variants, so that every gene has variants around it, and draws
  /// their effects; each effect is rounded to the 6 decimals that the truth table prints.
  package init(map: VariantMap, options: SimulationOptions) {
    let width = String(options.genes).count
    genes = (0..<options.genes).map { number in
      // In floating point, where genes × variants cannot overflow.
      let ordinal = Int(
        (Double(number) + 0.5) * Double(map.positions.count) / Double(options.genes))
      let variant = min(ordinal, map.positions.count - 1)
      let digits = String(number + 1)
      return SimulatedGene(
        id: "GENE" + String(repeating: "0", count: width - digits.count) + digits,
        chromosome: map.ranges.firstIndex { $0.contains(variant) } ?? 0,
        start: map.positions[variant] - 1)
    }
    let dynamic = Self.choice(options.dynamicGenes, options, index: 0)
    let main = Self.choice(options.mainGenes, options, index: 1)
    for index in genes.indices {
      drawEffects(
        of: index, dynamic: dynamic[index], main: main[index], map: map, options: options)
    }
  }

  /// Marks the nearest whole number to `fraction` of the genes, at random.
  private static func choice(
    _ fraction: Double, _ options: SimulationOptions, index: Int
  ) -> [Bool] {
    let count = Int((fraction * Double(options.genes)).rounded())
    var chosen = (0..<options.genes).map { $0 < count }
    var numbers = RandomNumbers(seed: options.seed, .geneChoice, index: index)
    numbers.shuffle(&chosen)
    return chosen
  }

  private mutating func drawEffects(
    of index: Int, dynamic: Bool, main: Bool, map: VariantMap, options: SimulationOptions
  ) {
    var numbers = RandomNumbers(seed: options.seed, .geneEffects, index: index)
    var gene = genes[index]
    func effect(_ sd: Double) -> Double { rounded(sd * numbers.normal(), decimals: 6) }
    let (mean, deviation) = options.family.intercepts
    gene.mean = rounded(mean + deviation * numbers.normal(), decimals: 6)
    gene.bI = effect(options.timeEffect)
    gene.covariateEffects = (0..<options.covariates).map { _ in effect(options.covariateEffect) }
    gene.sexEffect = effect(options.covariateEffect)
    gene.batchEffects = CohortDesign.batches.dropFirst().map { _ in
      effect(options.technicalEffect)
    }
    gene.rinEffect = effect(options.technicalEffect)
    if dynamic || main {
      let position = gene.start + 1
      let candidates = map.candidates(
        chromosome: gene.chromosome,
        window: (position - Self.window)...(position + Self.window))
      if candidates.isEmpty {
        genesWithoutCandidate += 1
      } else {
        gene.causalVariant = candidates[numbers.integer(below: candidates.count)]
        let signs = (numbers.sign(), numbers.sign())
        if dynamic { gene.bGI = rounded(signs.0 * options.dynamicEffect, decimals: 6) }
        if main { gene.bG = rounded(signs.1 * options.mainEffect, decimals: 6) }
      }
    }
    if options.structure > 0 {
      // Drawn last: what a gene is without populations does not depend on them.
      gene.covariateEffects.append(effect(options.covariateEffect))
      gene.structureSlope = effect(options.structureSlope)
    }
    genes[index] = gene
  }

  /// Ordinals of the causal variants.
  package var causalVariants: Set<Int> { Set(genes.compactMap(\.causalVariant)) }
}
