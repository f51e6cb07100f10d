import BlockGzip
import Genotypes
import Simulation
import Testing

/// Variants held in memory, in batches of at most three.
private final class MemorySource: GenotypeSource {
  let path = "memory.vcf"
  let donorIDs: [String]
  private(set) var chromosomes: [String] = []
  var counts = GenotypeCounts()
  let fieldDescription = "memory"
  let notes: [String] = []
  private let variants: [(variant: Variant, dosages: [Float])]
  private var donors: [Int] = []
  private var next = 0

  init(donorIDs: [String], variants: [(variant: Variant, dosages: [Float])]) {
    self.donorIDs = donorIDs
    self.variants = variants
  }

  func select(donors: [Int]) { self.donors = donors }

  func nextBatch(maximumVariants: Int) throws(InputError) -> DosageBatch? {
    guard next < variants.count else { return nil }
    let chromosome = variants[next].variant.chromosome
    let run = variants[next...].prefix(min(3, maximumVariants))
      .prefix { $0.variant.chromosome == chromosome }
    next += run.count
    while chromosomes.count <= chromosome { chromosomes.append(["7", "X"][chromosomes.count]) }
    return DosageBatch(
      variants: run.map(\.variant), donorCount: donors.count,
      dosages: run.flatMap { row in donors.map { row.dosages[$0] } })
  }
}

@Suite struct GivenGenotypesTests {
  /// 12 donors; of 40 variants on two chromosomes, those with an even number have no variance.
  private func source() -> MemorySource {
    let rows = (0..<40).map { number in
      let position = 1000 * (number % 20 + 1)
      let variant = Variant(
        chromosome: number / 20, position: position, id: "v\(number)", reference: "A",
        alternate: "G")
      let dosages: [Float] = (0..<12).map { donor in
        if number % 2 == 0 { return 1 }
        return donor == number % 12 ? .nan : Float((donor + number) % 3)
      }
      return (variant: variant, dosages: dosages)
    }
    return MemorySource(donorIDs: (0..<12).map { "S\($0)" }, variants: rows)
  }

  private func options() -> SimulationOptions {
    var options = SimulationOptions()
    options.genes = 10
    options.dynamicGenes = 1
    options.sdIntercept = 0
    options.sdSlope = 0
    options.sdResidual = 0
    return options
  }

  @Test func `expression follows the file's donors and variants`() throws {
    let workspace = try Workspace()
    let summary = try CohortSimulation(options: options()).write(
      prefix: "\(workspace.path)/a"
    ) { () throws(InputError) -> any GenotypeSource in source() }
    #expect(summary.variants == 40 && summary.donors == 12 && summary.dynamicGenes == 10)
    #expect(!workspace.names().contains("a.vcf.gz"))
    let cohort = try SimulatedCohort(workspace, prefix: "a", hasGenotypes: false)
    #expect(cohort.donors == (0..<12).map { "S\($0)" })
    #expect(Set(cohort.bed.dropFirst().map { $0[0] }) == ["7", "X"])
    for gene in cohort.truth {
      #expect(gene["genotypes"] == "memory.vcf")
      let number = try #require(Int((gene["variant_id"] ?? "").dropFirst()))
      #expect(number % 2 == 1, "a variant without variance was drawn")
      let known = (0..<12).filter { $0 != number % 12 }.map { ($0, Double(($0 + number) % 3)) }
      let mean = known.reduce(0) { $0 + $1.1 } / 11
      var dosages = Dictionary(uniqueKeysWithValues: known.map { ("S\($0.0)", $0.1) })
      dosages["S\(number % 12)"] = mean
      let values = try #require(cohort.expression[gene["phenotype_id"] ?? ""])
      let fixed = cohort.fixedPart(of: gene, dosages: dosages)
      #expect(zip(values, fixed).allSatisfy { abs($0 - $1) < 5.1e-7 })
    }
  }

  @Test func `fewer donors are the file's first`() throws {
    let workspace = try Workspace()
    var options = options()
    options.donors = 5
    _ = try CohortSimulation(options: options).write(
      prefix: "\(workspace.path)/a"
    ) { () throws(InputError) -> any GenotypeSource in source() }
    let cohort = try SimulatedCohort(workspace, prefix: "a", hasGenotypes: false)
    #expect(cohort.donors == ["S0", "S1", "S2", "S3", "S4"])
  }

  @Test func `more donors than the file has are refused`() throws {
    let workspace = try Workspace()
    var options = options()
    options.donors = 13
    #expect(throws: InputError.self) {
      try CohortSimulation(options: options).write(
        prefix: "\(workspace.path)/a"
      ) { () throws(InputError) -> any GenotypeSource in source() }
    }
    #expect(workspace.names().isEmpty)
  }

  @Test func `genes without a common variant in reach are counted`() throws {
    let workspace = try Workspace()
    var options = options()
    options.minorAlleleFrequency = 0.01...0.02
    let summary = try CohortSimulation(options: options).write(
      prefix: "\(workspace.path)/a"
    ) { () throws(InputError) -> any GenotypeSource in source() }
    #expect(summary.genesWithoutCandidate == 10 && summary.dynamicGenes == 0)
  }
}
