import Association
import BlockGzip
import Genotypes
import Tables

/// The pairs of a gene, a variant or a region, in the table's order, found through the indexes.
package final class PairSearch: SelectedRows {
  package var header: String { table.header }
  package private(set) var notes: [String] = []
  private let table: ResultTable
  private let chromosomes: [String]
  private let gene: [UInt8]?
  private let variant: [UInt8]?
  /// Where rows may lie; nil for all of the table.
  private var spans: [TableSpan]?
  /// Looks whether the variant has a row, until one was lent; nil where that is known.
  private var unproven: (() throws(InputError) -> InputError?)?
  /// The first of `spans` that the rows have not passed.
  private var current = 0
  /// Name of the chromosome last met, and its place.
  private var lastChromosome: (name: [UInt8], place: Int) = ([], -1)
  private let columns: (chromosome: Int, position: Int, variant: Int, gene: Int)
  /// Fields of a row up to the last of `columns`.
  private let fieldCount: Int

  /// - Throws: `InputError` where a gene, a variant or a chromosome is not in the result, and where a
  ///   file of it is missing or damaged.
  package init(_ query: PairQuery, in result: FinishedResult) throws(InputError) {
    _ = try result.file(".pairs.tsv.gz.tbi")
    table = try result.pairs()
    let names = table.columns
    columns = (
      try names.require("chrom"), try names.require("pos"), try names.require("variant_id"),
      try names.require("phenotype_id")
    )
    fieldCount = 1 + max(columns.chromosome, columns.position, columns.variant, columns.gene)
    let index = try PositionIndex(
      path: result.pairsPath + ".tbi", tablePath: result.pairsPath)
    chromosomes = index.chromosomes
    gene = query.gene.map { Array($0.utf8) }
    variant = query.variant.map { Array($0.utf8) }
    let places = PairPlaces(result: result, chromosomes: chromosomes)
    if let region = query.region { narrow(to: try places.spans(of: region)) }
    if let gene = query.gene {
      if let spans = try places.spans(ofGene: gene) {
        narrow(to: spans)
      } else {
        noteReading(result)
      }
    }
    if let variant = query.variant {
      if let spans = try places.spans(ofVariant: variant) {
        narrow(to: spans)
      } else {
        noteReading(result)
        unproven = { () throws(InputError) in try Self.missing(variant, in: places) }
      }
    }
    if let spans {
      var ranges: [BlockRange] = []
      for span in spans {
        ranges += try index.ranges(chromosome: span.chromosome, positions: span.positions)
      }
      try table.restrict(to: BlockRange.joined(ranges))
    }
  }

  private func narrow(to spans: [TableSpan]) {
    let joined = TableSpan.joined(spans)
    self.spans = self.spans.map { TableSpan.common($0, joined) } ?? joined
  }

  private func noteReading(_ result: FinishedResult) {
    let note =
      "\(result.prefix) has no \(PairIndex.suffix), as results of earlier versions, or it has very many "
      + "places: the table of pairs is read through"
    if notes.isEmpty { notes.append(note) }
  }

  package func withNext(
    _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(InputError) -> Bool {
    while try table.advance(first: fieldCount) {
      if spans != nil {
        guard let isWithin = try isWithinSpans() else { break }
        guard isWithin else { continue }
      }
      if let gene, !table.bytes(columns.gene).elementsEqual(gene) { continue }
      if let variant, !table.bytes(columns.variant).elementsEqual(variant) { continue }
      body(table.line)
      unproven = nil
      return true
    }
    if let missing = try unproven?() { throw missing }
    return false
  }

  /// What is said of a variant that the index of ids was not asked for, where it has no row at all.
  private static func missing(
    _ id: String, in places: PairPlaces
  ) throws(InputError) -> InputError? {
    let table = try places.result.pairs()
    let column = try table.columns.require("variant_id")
    while try table.advance(first: column + 1) {
      if table.bytes(column).elementsEqual(id.utf8) { return nil }
    }
    return try places.missing(variant: id)
  }

  /// Whether the current row is where rows are looked for; nil where it lies behind all of that.
  private func isWithinSpans() throws(InputError) -> Bool? {
    guard let spans else { return true }
    let chromosome = try chromosome()
    // Position 0 is filed under the first base.
    let position = max(1, try table.position(columns.position))
    while current < spans.count,
      (spans[current].chromosome, spans[current].positions.upperBound) < (chromosome, position)
    {
      current += 1
    }
    guard current < spans.count else { return nil }
    return spans[current].chromosome == chromosome
      && spans[current].positions.contains(position)
  }

  /// The place of the current row's chromosome.
  private func chromosome() throws(InputError) -> Int {
    let name = table.bytes(columns.chromosome)
    if !name.elementsEqual(lastChromosome.name) {
      guard let place = chromosomes.firstIndex(where: { name.elementsEqual($0.utf8) }) else {
        throw InputError(
          "a chromosome is not in the table's index", path: table.path,
          found: table.text(columns.chromosome), expected: InputError.list(chromosomes),
          advice: "make the result again with --force")
      }
      lastChromosome = (Array(name), place)
    }
    return lastChromosome.place
  }
}
