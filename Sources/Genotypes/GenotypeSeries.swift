import BlockGzip
import Tables

/// Several genotype files read one after another, as if they were one.
///
/// All have the same donors, in any order, and each chromosome is in one of them.
package final class GenotypeSeries: GenotypeSource {
  /// Opens one of the files; chromosomes of `selection.taken` are refused.
  package typealias Opener =
    (_ path: String, _ selection: VariantSelection) throws(InputError) -> any GenotypeSource

  package let paths: [String]
  package let donorIDs: [String]
  package private(set) var chromosomes: [String] = []
  package var counts: GenotypeCounts { finished.counts + current.counts }
  package var notes: [String] { finished.notes + current.notes }
  package var warnings: [String] { finished.warnings + current.warnings }

  private let open: Opener
  private let selection: VariantSelection
  /// For each file, where it has the donors of `donorIDs`.
  private let columns: [[Int]]
  /// What the first records of the files not yet read have dosages from.
  private var fields: [String]
  private var selected: [Int]
  private var index = 0
  private var current: any GenotypeSource
  /// What the files before the current one held.
  private var finished = (
    counts: GenotypeCounts(), notes: [String](), warnings: [String](), fields: [String]()
  )
  /// The files of the chromosomes met, by name without `chr`.
  private var taken: [String: String] = [:]

  /// Opens the first of `paths`, and the others in turn to look at their donors.
  ///
  /// - Throws: `InputError` where a file cannot be opened, and for donors that not all files have.
  /// - Precondition: there are at least two paths.
  package init(
    paths: [String], selection: VariantSelection, open: @escaping Opener
  ) throws(InputError) {
    precondition(paths.count > 1, "a series of \(paths.count) files")
    self.paths = paths
    self.selection = selection
    self.open = open
    current = try open(paths[0], selection)
    donorIDs = current.donorIDs
    selected = Array(donorIDs.indices)
    fields = [current.fieldDescription]
    var columns = [selected]
    for path in paths.dropFirst() {
      // Only one file stays open: there may be more than a process may have.
      let source = try open(path, selection)
      columns.append(try Self.columns(of: donorIDs, first: paths[0], in: source))
      fields.append(source.fieldDescription)
    }
    self.columns = columns
  }

  package var path: String {
    paths.count == 2 ? paths.joined(separator: ", ") : "\(paths[0]) and \(paths.count - 1) more"
  }

  package var fieldDescription: String {
    let all = finished.fields + [current.fieldDescription] + fields.dropFirst(index + 1)
    return Set(all).count == 1 ? all[0] : UsedFields.mixture
  }

  package func select(donors: [Int]) {
    selected = donors
    current.select(donors: donors)
  }

  package func nextBatch(maximumVariants: Int) throws(InputError) -> DosageBatch? {
    while true {
      let batch = try current.nextBatch(maximumVariants: maximumVariants)
      try takeChromosomes()
      if let batch {
        let offset = chromosomes.count - current.chromosomes.count
        return offset == 0 ? batch : batch.movingChromosomes(by: offset)
      }
      guard index + 1 < paths.count else { return nil }
      try openNext()
    }
  }

  private func openNext() throws(InputError) {
    finished.counts = counts
    finished.notes = notes
    finished.warnings = warnings
    finished.fields.append(current.fieldDescription)
    index += 1
    var selection = selection
    selection.taken = taken
    current = try open(paths[index], selection)
    current.select(donors: selected.map { columns[index][$0] })
    known = 0
  }

  /// Chromosomes of the current file that are in `chromosomes`.
  private var known = 0

  private func takeChromosomes() throws(InputError) {
    for name in current.chromosomes[known...] {
      if let earlier = taken[chromosomeMatchKey(name)], earlier != paths[index] {
        // Records say so with their line; an index does before there are records.
        throw InputError(
          "chromosome is split in two runs", path: paths[index],
          found: "'\(name)' again after the file \(earlier)",
          expected: "all records of a chromosome in one file",
          advice: "join the files of a chromosome, for example with bcftools concat")
      }
      chromosomes.append(name)
      taken[chromosomeMatchKey(name)] = paths[index]
    }
    known = current.chromosomes.count
  }

  private static func columns(
    of donorIDs: [String], first: String, in source: any GenotypeSource
  ) throws(InputError) -> [Int] {
    let places = Dictionary(
      uniqueKeysWithValues: source.donorIDs.enumerated().map { ($1, $0) })
    let missing = donorIDs.filter { places[$0] == nil }
    let extra = Set(source.donorIDs).subtracting(donorIDs).sorted()
    guard missing.isEmpty, extra.isEmpty else {
      let found = [
        missing.isEmpty ? nil : "no column of \(InputError.list(missing))",
        extra.isEmpty ? nil : "columns of \(InputError.list(extra)) beyond them",
      ]
      throw InputError(
        "donors are not those of the first genotype file", path: source.path,
        found: found.compactMap(\.self).joined(separator: " and "),
        expected: "the \(donorIDs.count) donors of \(first), in any order",
        advice: "take the donors that all files have, for example with bcftools view -S")
    }
    return donorIDs.compactMap { places[$0] }
  }
}
