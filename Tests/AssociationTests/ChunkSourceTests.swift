import LinearAlgebra
import MixedModels
import Testing

@testable import Association
@testable import Cohort
@testable import Genotypes

@Suite("Chunks of a scan")
struct ChunkSourceTests {
  /// Six donors with three visits each.
  static func design() throws -> DesignCrossProducts {
    let time = (0..<18).map { Double($0 % 3) }
    let ones = [Double](repeating: 1, count: 18)
    let columns = Matrix(rows: 18, columns: [ones, time])
    return try DesignCrossProducts(
      ModelMatrices(
        fixed: columns, fixedNames: ["(Intercept)", "time"], genotype: columns,
        genotypeNames: ["genotype", "time:genotype"], testedColumns: [1], random: columns,
        shape: .full, randomNames: ["(Intercept)", "time"],
        donorOfSample: (0..<18).map { $0 / 3 }))
  }

  /// Variants every 10 bases on two chromosomes, genes at pseudo-random places on three.
  static func inputs(seed: Int) -> (source: MemorySource, genes: [(index: Int, gene: Gene)]) {
    let records = ["1", "chr2"].flatMap { chromosome in
      (1...100).map {
        (
          chromosome: chromosome, position: 10 * $0, alternate: "C",
          dosages: [Float]([0, 1, 2, 0, 1, 2])
        )
      }
    }
    var state = UInt64(seed)
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    let genes = (0..<25).map { index in
      let start = random(1100)
      return (
        index: index,
        gene: Gene(
          id: "g\(index)", chromosome: ["chr1", "2", "chr3"][random(3)], start: start,
          end: start + 1 + random(60))
      )
    }
    return (MemorySource(donors: 6, records: records), genes)
  }

  @Test("hold every variant of every gene's window once", arguments: 1...6, [1, 7, 1000])
  func windows(seed: Int, batchSize: Int) throws {
    let (source, genes) = Self.inputs(seed: seed)
    let stream = VariantStream(
      source: source, design: try Self.design(), filter: VariantFilter(), batchSize: batchSize)
    let width = 70
    let chunks = CisChunkSource(stream: stream, genes: genes, window: width)
    var found: Set<String> = []
    var finished: Set<Int> = []
    var indices: [Int] = []
    while let chunk = try chunks.next() {
      indices.append(chunk.index)
      #expect(chunk.genes == chunk.genes.sorted())
      for gene in chunk.finished {
        #expect(finished.insert(gene).inserted, "gene \(gene) finished twice")
      }
      #expect(finished.isDisjoint(with: chunk.genes), "a finished gene came again")
      let batch = chunk.batch
      for gene in chunk.genes.map({ genes[$0].gene }) {
        for index in batch.indices(positions: gene.cisWindow(width)) {
          let pair = "\(gene.id) \(batch.chromosome) \(batch.variants[index].position)"
          #expect(found.insert(pair).inserted, "\(pair) twice")
        }
      }
    }
    // Naively: every gene against every variant.
    var expected: Set<String> = []
    for (_, gene) in genes {
      guard let chromosome = ["chr1": 0, "2": 1][gene.chromosome] else { continue }
      for position in stride(from: 10, through: 1000, by: 10)
      where position >= gene.start + 1 - width && position <= gene.end + width {
        expected.insert("\(gene.id) \(chromosome) \(position)")
      }
    }
    #expect(found == expected)
    #expect(indices == Array(indices.indices))
    #expect(stream.verdicts.reduce(0, +) == 200, "every variant of the file was read")
  }

  @Test("cover all pairs of a trans scan")
  func trans() throws {
    let (source, _) = Self.inputs(seed: 1)
    let stream = VariantStream(
      source: source, design: try Self.design(), filter: VariantFilter(), batchSize: 30)
    let chunks = TransChunkSource(stream: stream, genes: [0, 1, 2])
    var variants = 0
    while let chunk = try chunks.next() {
      #expect(chunk.genes == [0, 1, 2])
      #expect(chunk.finished.isEmpty)
      variants += chunk.batch.variants.count
    }
    #expect(variants == 200)
  }

  @Test("measure distances along the strand")
  func distance() {
    let forward = Gene(id: "f", chromosome: "1", start: 99, end: 200, strand: .forward)
    let reverse = Gene(id: "r", chromosome: "1", start: 99, end: 200, strand: .reverse)
    #expect(forward.distance(to: 110) == 10)
    #expect(reverse.distance(to: 110) == 90)
    #expect(forward.cisWindow(50) == 50...250)
  }
}
