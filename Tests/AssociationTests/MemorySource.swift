import BlockGzip

@testable import Genotypes

/// Genotypes held in memory, handed out in batches that never cross a chromosome.
final class MemorySource: GenotypeSource {
  let path = "memory"
  let donorIDs: [String]
  private(set) var chromosomes: [String] = []
  private(set) var counts = GenotypeCounts()
  let fieldDescription = "memory"
  let notes: [String] = []
  private let records: [(chromosome: String, position: Int, alternate: String, dosages: [Float])]
  private var next = 0
  private var order: [Int]

  init(
    donors: Int,
    records: [(chromosome: String, position: Int, alternate: String, dosages: [Float])]
  ) {
    donorIDs = (0..<donors).map { "D\($0)" }
    order = Array(0..<donors)
    self.records = records
  }

  func select(donors: [Int]) { order = donors }

  func nextBatch(maximumVariants: Int) throws(InputError) -> DosageBatch? {
    guard next < records.count else { return nil }
    let chromosome = records[next].chromosome
    if !chromosomes.contains(chromosome) { chromosomes.append(chromosome) }
    var variants: [Variant] = []
    var dosages: [Float] = []
    while next < records.count, records[next].chromosome == chromosome,
      variants.count < maximumVariants
    {
      let record = records[next]
      variants.append(
        Variant(
          chromosome: chromosomes.count - 1, position: record.position, id: "v\(next)",
          reference: "A", alternate: record.alternate))
      dosages += order.map { record.dosages[$0] }
      next += 1
    }
    return DosageBatch(variants: variants, donorCount: order.count, dosages: dosages)
  }
}
