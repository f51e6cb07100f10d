import Foundation
import Testing

/// `--conditional`: independent signals of genes.
@Suite struct SignalTests {
  /// A cohort without dynamic effects, and variants of each gene that are in little LD.
  private struct Planted {
    var cohort: CohortFiles
    /// By gene.
    var variants: [(first: Int, second: Int)] = []

    init() throws {
      cohort = try CohortFiles(simulating: [
        "--donors", "100", "--times", "5", "--genes", "20", "--variants", "240",
        "--chromosomes", "1", "--missing", "0.05", "--seed", "21", "--dynamic-fraction", "0",
        "--sd-slope", "0.2", "--sd-residual", "1", "--time-effect", "0.1",
      ])
      let dosages = cohort.vcf.dropFirst().map { row in
        row.dropFirst(9).map { Double(ResultTable.subfield(1, of: $0)) ?? .nan }
      }
      let common = dosages.indices.filter { index in
        let frequency = dosages[index].reduce(0, +) / Double(2 * dosages[index].count)
        return min(frequency, 1 - frequency) > 0.25
      }
      for gene in 0..<20 {
        let first = common[(7 * gene) % common.count]
        let others = common.filter {
          Self.squaredCorrelation(dosages[first], dosages[$0]) < 0.02
        }
        variants.append((first, try #require(others.dropFirst(3 * gene % others.count).first)))
      }
    }

    static func squaredCorrelation(_ x: [Double], _ y: [Double]) -> Double {
      let n = Double(x.count)
      let (a, b) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
      let xy = zip(x, y).reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
      let xx = x.reduce(0) { $0 + ($1 - a) * ($1 - a) }
      let yy = y.reduce(0) { $0 + ($1 - b) * ($1 - b) }
      return xy * xy / (xx * yy)
    }

    /// The files with genotype × time effects of these variants.
    func files(_ planted: (Int) -> [Int], effect: Double = 0.42) -> CohortFiles {
      var files = cohort
      let donors = Dictionary(uniqueKeysWithValues: cohort.donors.enumerated().map { ($1, $0) })
      let times = Dictionary(
        uniqueKeysWithValues: cohort.samples.dropFirst().map { ($0[0], Double($0[2]) ?? .nan) })
      let donorOfSample = cohort.donorOfSample
      for gene in 0..<20 {
        for column in 4..<files.bed[0].count {
          let sample = files.bed[0][column]
          guard let donor = donorOfSample[sample].flatMap({ donors[$0] }), let time = times[sample],
            var value = Double(files.bed[gene + 1][column])
          else { continue }
          for variant in planted(gene) {
            let cell = cohort.vcf[variant + 1][9 + donor]
            value += effect * (Double(ResultTable.subfield(1, of: cell)) ?? 0) * (time - 2)
          }
          files.bed[gene + 1][column] = "\(value)"
        }
      }
      return files
    }
  }

  private static let flags = ["--window", "100000000", "--pval-threshold", "1e-4"]

  /// Genes whose q-value passes.
  private static func passing(_ files: CohortFiles) throws -> Int {
    let folder = try ScratchFolder()
    try files.write(to: folder)
    _ = try CohortFiles.scan(flags, in: folder)
    return try ResultTable(path: folder.path("scan.genes.tsv.gz")).rows.count {
      $0.number("qval") <= 0.05
    }
  }

  @Test func `two independent dynamic effects of a gene are both found`() throws {
    let planted = try Planted()
    // Each alone is found in at least 19 of 20 genes.
    #expect(try Self.passing(planted.files { [planted.variants[$0].first] }) >= 19)
    #expect(try Self.passing(planted.files { [planted.variants[$0].second] }) >= 19)
    let folder = try ScratchFolder()
    try planted.files { [planted.variants[$0].first, planted.variants[$0].second] }
      .write(to: folder)
    _ = try CohortFiles.scan(Self.flags + ["--conditional"], in: folder)
    let signals = try ResultTable(path: folder.path("scan.signals.tsv.gz"))
    let dosages = Dictionary(
      uniqueKeysWithValues: planted.cohort.vcf.dropFirst().map { row in
        (row[2], row.dropFirst(9).map { Double(ResultTable.subfield(1, of: $0)) ?? .nan })
      })
    var both = 0
    var extra = 0
    for (gene, id) in planted.cohort.geneIDs.enumerated() {
      let own = signals.rows.filter { $0["phenotype_id"] == id }
      #expect(own.map { $0["rank"] } == own.map { $0["rank"] }.sorted())
      // A planted variant is found by itself or by one in high LD with it.
      let found = [planted.variants[gene].first, planted.variants[gene].second].map { variant in
        own.contains { row in
          guard let x = dosages[row["variant_id"]],
            let y = dosages[planted.cohort.variantIDs[variant]]
          else { return false }
          return Planted.squaredCorrelation(x, y) > 0.5
        }
      }
      if found.allSatisfy(\.self) { both += 1 }
      extra += max(0, own.count - 2)
      // Given the other, each is a clear effect.
      #expect(own.allSatisfy { $0.number("pval_gi") < 1e-2 })
    }
    #expect(both >= 16, "\(both) of 20")
    #expect(extra <= 4, "\(extra) more than two")
  }

  @Test func `a gene of one signal has its lead's row, one without an effect has none`() throws {
    let planted = try Planted()
    let folder = try ScratchFolder()
    try planted.files { $0 < 3 ? [planted.variants[$0].first] : [] }.write(to: folder)
    let pairs = try CohortFiles.scan(
      ["--window", "100000000", "--conditional", "--gene-pvalue", "emt,acat"], in: folder)
    let signals = try ResultTable(path: folder.path("scan.signals.tsv.gz"))
    let genes = try ResultTable(path: folder.path("scan.genes.tsv.gz"))
    let passing = genes.rows.filter { $0.number("qval") <= 0.05 }
    #expect(passing.count >= 3)
    #expect(Set(signals.rows.map { $0["phenotype_id"] }) == Set(passing.map { $0["phenotype_id"] }))
    for gene in passing {
      let own = signals.lines.filter { ResultTable.fields($0)[5] == gene["phenotype_id"] }
      guard own.count == 1 else { continue }
      let pair = try #require(
        zip(pairs.rows, pairs.lines).first { $0.0.pair == gene.pair }
      ).1
      #expect(own[0] == pair + "\t1")
    }
    // A result without signals leaves no table of the one it overwrites.
    _ = try CohortFiles.scan(["--window", "100000000", "--force"], in: folder)
    #expect(!folder.names(startingWith: "scan.").contains("scan.signals.tsv.gz"))
  }
}
