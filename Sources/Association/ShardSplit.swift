import Cohort
import Tables

/// Which genes a shard scans.
///
/// Every chromosome's genes, by their start, are cut into as many runs of about equal cost as there
/// are shards, so that neighbours share their variants and a genotype file of some chromosomes only
/// still gives every shard its part. The cost of a gene is taken as the length of its window: nothing
/// of the genotypes is known yet.
struct ShardSplit {
  /// Bases that stand for what a gene costs whatever its window.
  private static let baseCost = 100_000

  let isTrans: Bool
  let window: Int

  /// Those of `listed` (indices into `genes`) that a shard has, in their order.
  func genes(of shard: Shard, listed: [Int], genes: [Gene]) -> [Int] {
    let shards = shards(listed.map { genes[$0] }, count: shard.count)
    return zip(listed, shards).filter { $0.1 == shard.index - 1 }.map(\.0)
  }

  /// The shard of every gene, counted from zero.
  func shards(_ genes: [Gene], count: Int) -> [Int] {
    guard !isTrans else { return genes.indices.map { $0 * count / genes.count } }
    var places: [String: [Int]] = [:]
    var chromosomes: [String] = []
    for (place, gene) in genes.enumerated() {
      let key = chromosomeMatchKey(gene.chromosome)
      if places[key] == nil { chromosomes.append(key) }
      places[key, default: []].append(place)
    }
    var shards = [Int](repeating: 0, count: genes.count)
    var first = 0
    for chromosome in chromosomes {
      let order = (places[chromosome] ?? []).sorted {
        (genes[$0].start, $0) < (genes[$1].start, $1)
      }
      let costs = order.map { cost(genes[$0]) }
      let total = costs.reduce(0, +)
      var before = 0
      for (place, cost) in zip(order, costs) {
        // The middle of the gene's stretch of the total; whole numbers, the same everywhere.
        let run = (2 * before + cost) * count / (2 * total)
        shards[place] = (run + first) % count
        before += cost
      }
      // Chromosomes of fewer genes than shards begin with different ones.
      first = (first + order.count) % count
    }
    return shards
  }

  private func cost(_ gene: Gene) -> Int {
    let window = gene.cisWindow(window)
    return Self.baseCost + max(0, window.upperBound - max(1, window.lowerBound) + 1)
  }
}
