import BlockGzip
import Genotypes

/// A cohort with known dynamic eQTLs, in the files that a scan reads.
///
/// Equal options give equal bytes. Files get their final names only when all are complete.
package struct CohortSimulation: Sendable {
  package let options: SimulationOptions

  package init(options: SimulationOptions) { self.options = options }

  /// Simulates genotypes and expression and writes `PREFIX.vcf.gz`, `PREFIX.bed.gz` (each with
  /// its tabix index), `PREFIX.samples.tsv`, `PREFIX.covariates.txt` and `PREFIX.truth.tsv`.
  ///
  /// - Throws: `SimulationOptionError` before anything is written; `OutputError`.
  package func write(prefix: String) throws -> SimulationSummary {
    try options.validate(genotypesGiven: false)
    let design = CohortDesign(
      donorIDs: CohortDesign.donorIDs(count: options.donorCount), options: options)
    let map = VariantMap(options: options)
    let plan = GenePlan(map: map, options: options)
    var output = StagedOutput(prefix: prefix)
    let path = output.stage(".vcf.gz")
    let causal = try GenotypeFileWriter(
      map: map, options: options, donorIDs: design.donorIDs
    ).write(to: path, keeping: plan.causalVariants)
    try TabixIndex.build(path: path, indexPath: output.stage(".vcf.gz.tbi"), layout: .vcf)
    let tables = CohortTables(
      design: design, plan: plan, chromosomes: map.chromosomes, causal: causal,
      genotypes: "simulated", options: options)
    try tables.write(to: &output)
    return try summary(design: design, map: map, plan: plan, files: output.commit())
  }

  /// Simulates expression on a genotype file's donors and variants; no VCF is written.
  ///
  /// The file is read twice, once for positions and frequencies and once for the causal
  /// variants' dosages, so that its dosages need not fit in memory. With `options.donors`, its
  /// first donors are used.
  ///
  /// - Parameter open: opens the file from its start.
  /// - Throws: `SimulationOptionError` before anything is written; `InputError`; `OutputError`.
  package func write(
    prefix: String, genotypes open: () throws(InputError) -> any GenotypeSource
  ) throws -> SimulationSummary {
    try options.validate(genotypesGiven: true)
    let first = try open()
    let donors = try donorIndices(of: first)
    first.select(donors: donors)
    let map = try VariantMap(
      reading: first, minorAlleleFrequency: options.minorAlleleFrequency)
    let plan = GenePlan(map: map, options: options)
    let second = try open()
    second.select(donors: donors)
    let causal = try CausalVariant.read(plan.causalVariants, from: second)
    let design = CohortDesign(donorIDs: donors.map { first.donorIDs[$0] }, options: options)
    let tables = CohortTables(
      design: design, plan: plan, chromosomes: map.chromosomes, causal: causal,
      genotypes: first.path, options: options)
    var output = StagedOutput(prefix: prefix)
    try tables.write(to: &output)
    return try summary(design: design, map: map, plan: plan, files: output.commit())
  }

  private func donorIndices(of source: any GenotypeSource) throws(InputError) -> [Int] {
    let available = source.donorIDs.count
    let wanted = options.donors ?? available
    guard available >= max(2, wanted) else {
      throw InputError(
        "too few donors in the genotype file", path: source.path, found: "\(available)",
        expected: "at least \(max(2, wanted))", advice: "ask for fewer donors")
    }
    return Array(0..<wanted)
  }

  private func summary(
    design: CohortDesign, map: VariantMap, plan: GenePlan, files: [String]
  ) -> SimulationSummary {
    var summary = SimulationSummary()
    summary.donors = design.donorIDs.count
    summary.samples = design.visits.count
    summary.variants = map.positions.count
    summary.genes = plan.genes.count
    summary.dynamicGenes = plan.genes.count { $0.bGI != 0 }
    summary.genesWithoutCandidate = plan.genesWithoutCandidate
    summary.files = files
    return summary
  }
}
