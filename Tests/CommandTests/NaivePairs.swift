import Foundation

/// The pairs that a scan must test, by a plain loop over genes and records: the slow twin of the
/// scan's own selection.
struct NaivePairs {
  let cohort: CohortFiles
  var smallestFrequency = 0.05
  var smallestCount = 5.0
  var largestMissing = 0.1

  /// One tested pair.
  struct Pair {
    var name: String
    var donors: Int
    var samples: Int
    var frequency: Double
    var minorCount: Double
    /// Chromosome and position in the file, gene in the BED, ALT.
    var order: (Int, Int, Int, String)
  }

  /// All pairs, or those within `window` of the gene, in the order of the table.
  func list(window: Int?) -> [Pair] {
    let donorOfSample = cohort.donorOfSample
    let header = cohort.bed[0]
    var chromosomes: [String] = []
    var pairs: [Pair] = []
    for record in cohort.vcf.dropFirst() {
      if chromosomes.last != record[0] { chromosomes.append(record[0]) }
      let dosages = self.dosages(record)
      for (index, gene) in cohort.bed.dropFirst().enumerated() {
        if let window, !isNear(record, gene, window) { continue }
        let present = gene.indices.dropFirst(4).filter { gene[$0] != "NA" }
        let donors = Set(present.compactMap { donorOfSample[header[$0]] })
        guard var pair = pair(dosages, donors: donors) else { continue }
        pair.name = gene[3] + " " + record[2]
        pair.samples = present.count
        pair.order = (chromosomes.count, Int(record[1]) ?? 0, index, record[4])
        pairs.append(pair)
      }
    }
    return pairs.sorted { $0.order < $1.order }
  }

  private func isNear(_ record: [String], _ gene: [String], _ window: Int) -> Bool {
    guard record[0] == gene[0], let position = Int(record[1]), let start = Int(gene[1]),
      let end = Int(gene[2])
    else { return false }
    return position >= start + 1 - window && position <= end + window
  }

  /// The DS field of every donor that has one.
  private func dosages(_ record: [String]) -> [String: Double] {
    let field = record[8].split(separator: ":").firstIndex(of: "DS") ?? 0
    var dosages: [String: Double] = [:]
    for (donor, cell) in zip(cohort.donors, record.dropFirst(9)) {
      let parts = cell.split(separator: ":")
      if field < parts.count { dosages[donor] = Double(parts[field]) }
    }
    return dosages
  }

  private func pair(_ dosages: [String: Double], donors: Set<String>) -> Pair? {
    let known = donors.compactMap { dosages[$0] }
    guard let first = known.first, known.contains(where: { $0 != first }),
      Double(donors.count - known.count) <= largestMissing * Double(donors.count)
    else { return nil }
    let alleles = 2 * Double(known.count)
    let sum = known.reduce(0, +)
    let minor = min(sum, alleles - sum)
    guard minor / alleles >= smallestFrequency, minor >= smallestCount else { return nil }
    return Pair(
      name: "", donors: donors.count, samples: 0, frequency: sum / alleles, minorCount: minor,
      order: (0, 0, 0, ""))
  }
}
