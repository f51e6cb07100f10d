import BlockGzip
import Simulation
import Testing

@Suite struct CohortFilesTests {
  static let suffixes = [
    "bed.gz", "bed.gz.tbi", "covariates.txt", "samples.tsv", "truth.tsv", "vcf.gz", "vcf.gz.tbi",
  ]

  /// 30 donors, 20 genes and 300 variants on 3 chromosomes.
  static func small() -> SimulationOptions {
    var options = SimulationOptions()
    options.donors = 30
    options.genes = 20
    options.variants = 300
    options.chromosomes = 3
    options.missingSamples = 0.2
    return options
  }

  @Test func `equal options give equal bytes and another seed others`() throws {
    let workspace = try Workspace()
    var options = Self.small()
    _ = try CohortSimulation(options: options).write(prefix: "\(workspace.path)/a")
    _ = try CohortSimulation(options: options).write(prefix: "\(workspace.path)/b")
    options.seed = 2
    _ = try CohortSimulation(options: options).write(prefix: "\(workspace.path)/c")
    let expected = ["a", "b", "c"].flatMap { prefix in Self.suffixes.map { "\(prefix).\($0)" } }
    #expect(workspace.names() == expected.sorted())
    for suffix in Self.suffixes {
      let first = try workspace.bytes("a.\(suffix)")
      #expect(try workspace.bytes("b.\(suffix)") == first)
      if !suffix.hasSuffix(".tbi") { #expect(try workspace.bytes("c.\(suffix)") != first) }
    }
  }

  @Test func `tables have the shapes asked for and agree on ids`() throws {
    let workspace = try Workspace()
    let summary = try CohortSimulation(options: Self.small()).write(
      prefix: "\(workspace.path)/a")
    let cohort = try SimulatedCohort(workspace, prefix: "a")
    #expect(summary.donors == 30 && cohort.donors.count == 30)
    #expect(cohort.variants.count == 300)
    #expect(cohort.samples.count == 144, "a fifth of 180 samples is missing")
    #expect(cohort.truth.map { $0["phenotype_id"] } == cohort.bed.dropFirst().map { $0[3] })
    #expect(cohort.truth.count == 20)
    #expect(
      cohort.bed[0] == ["#chr", "start", "end", "phenotype_id"]
        + cohort.samples.map { $0["sample_id"] ?? "" })
    #expect(cohort.bed.allSatisfy { $0.count == 148 })
    #expect(Set(cohort.covariates.keys) == ["cov1", "cov2", "sex"])
    #expect(cohort.truth.count { $0["b_gi"] == "0.2" || $0["b_gi"] == "-0.2" } == 4)
    #expect(summary.dynamicGenes == 4)
    for gene in cohort.truth {
      #expect((gene["variant_id"] == "NA") == (gene["b_g"] == "0" && gene["b_gi"] == "0"))
    }
  }

  @Test func `every donor keeps two visits at the largest missing fraction`() throws {
    var options = Self.small()
    options.missingSamples = options.largestMissingFraction
    let design = CohortDesign(
      donorIDs: CohortDesign.donorIDs(count: 30), options: options)
    #expect(design.visits.count == 60)
    for donor in 0..<30 { #expect(design.visits.count { $0.donor == donor } == 2) }
  }

  @Test func `genes and variants are sorted and share chromosome names`() throws {
    let workspace = try Workspace()
    _ = try CohortSimulation(options: Self.small()).write(prefix: "\(workspace.path)/a")
    let cohort = try SimulatedCohort(workspace, prefix: "a")
    let chromosomes = ["chr1", "chr2", "chr3"]
    for rows in [cohort.variants, Array(cohort.bed.dropFirst())] {
      let places = rows.map { row in
        ((chromosomes.firstIndex(of: row[0]) ?? 9) << 32) + (Int(row[1]) ?? -1)
      }
      #expect(places == places.sorted())
      #expect(Set(rows.map { $0[0] }) == Set(chromosomes))
    }
    #expect(Set(cohort.variants.map { $0[2] }).count == 300)
  }

  @Test func `genotypes are well formed and dosages near the hard call`() throws {
    let workspace = try Workspace()
    var options = Self.small()
    options.missingGenotypes = 0.05
    _ = try CohortSimulation(options: options).write(prefix: "\(workspace.path)/a")
    let cohort = try SimulatedCohort(workspace, prefix: "a")
    var missing = 0
    var fractional = 0
    for row in cohort.variants {
      #expect(row.count == 39 && row[8] == "GT:DS" && row[3] != row[4])
      for call in row.dropFirst(9) {
        let fields = call.split(separator: ":")
        guard call != ".|.:." else {
          missing += 1
          continue
        }
        let dosage = try #require(Double(fields[1]))
        let hard = fields[0].count { $0 == "1" }
        #expect(["0|0", "0|1", "1|0", "1|1"].contains(String(fields[0])))
        #expect((0...2).contains(dosage) && abs(dosage - Double(hard)) < 0.5)
        #expect(fields[1].count == 5)
        if dosage != Double(hard) { fractional += 1 }
      }
    }
    // 9,000 calls, 5 % of them missing: 450 with an SD of 21.
    #expect(abs(missing - 450) < 95)
    #expect(fractional > 1000)
  }

  @Test(arguments: [0.05...0.5, 0.2...0.25, 0.5...0.5], [0, 0.3])
  func `minor allele frequencies lie in the range`(
    range: ClosedRange<Double>, structure: Double
  ) throws {
    let workspace = try Workspace()
    var options = Self.small()
    options.structure = structure
    options.minorAlleleFrequency = range
    _ = try CohortSimulation(options: options).write(prefix: "\(workspace.path)/a")
    for row in try SimulatedCohort(workspace, prefix: "a").variants {
      let alleles = row.dropFirst(9).joined().filter { $0 == "|" }.count * 2
      let alternate = row.dropFirst(9).reduce(0) { $0 + $1.prefix(3).count { $0 == "1" } }
      #expect(range.contains(Double(min(alternate, alleles - alternate)) / Double(alleles)))
    }
  }

  @Test func `a folder that is not there is an output error and leaves nothing`() throws {
    let workspace = try Workspace()
    let error = #expect(throws: OutputError.self) {
      try CohortSimulation(options: Self.small()).write(prefix: "\(workspace.path)/no/a")
    }
    #expect(error?.kind == .cannotCreate)
    #expect(workspace.names().isEmpty)
  }
}
