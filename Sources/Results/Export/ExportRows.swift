import Association
import BlockGzip
import Genotypes
import Glibc
import Tables

/// The rows of a finished scan that are exported: of the genes and the region wanted, fitted.
///
/// Fields are those of the current row, the one that the last `advance` came to.
final class ExportRows {
  let table: ResultTable
  /// Pairs without numbers so far.
  private(set) var failedCount = 0

  private let chromosome: Int
  private let position: Int
  private let id: Int
  private let reference: Int
  private let alternate: Int
  private let gene: Int
  private let status: Int
  private let frequency: Int
  private let genes: Set<String>?
  private let region: GenomicRegion?
  /// The chromosome last seen, and whether the region is there.
  private var current: (name: String, isInRegion: Bool) = ("", false)
  private var wasInRegion = false

  init(_ result: FinishedResult, _ request: ExportRequest) throws(InputError) {
    table = try result.pairs()
    let columns = table.columns
    chromosome = try columns.require("chrom")
    position = try columns.require("pos")
    id = try columns.require("variant_id")
    reference = try columns.require("ref")
    alternate = try columns.require("alt")
    gene = try columns.require("phenotype_id")
    status = try columns.require("status")
    frequency = try columns.require("af")
    genes = request.genes
    region = request.region
    if let ranges = try Self.ranges(result, request) { try table.restrict(to: ranges) }
  }

  /// More genes than this are looked for in all of the table.
  private static let indexedGenes = 64

  /// The parts of the file that may have rows wanted, by its indexes; nil for all of it.
  private static func ranges(
    _ result: FinishedResult, _ request: ExportRequest
  ) throws(InputError) -> [BlockRange]? {
    let genes = request.genes.flatMap { $0.count <= indexedGenes ? $0.sorted() : nil }
    let path = result.pairsPath + ".tbi"
    guard request.region != nil || genes != nil, access(path, F_OK) == 0,
      try result.file(".pairs.tsv.gz.tbi") != nil
    else { return nil }
    let index = try PositionIndex(path: path, tablePath: result.pairsPath)
    let places = PairPlaces(result: result, chromosomes: index.chromosomes)
    var spans = try request.region.map { region throws(InputError) in
      TableSpan.joined(try places.spans(of: region))
    }
    if let genes {
      var all: [TableSpan] = []
      for gene in genes {
        guard let own = try places.spans(ofGene: gene) else { return nil }
        all += own
      }
      let joined = TableSpan.joined(all)
      spans = spans.map { TableSpan.common($0, joined) } ?? joined
    }
    var ranges: [BlockRange] = []
    for span in spans ?? [] {
      ranges += try index.ranges(chromosome: span.chromosome, positions: span.positions)
    }
    return BlockRange.joined(ranges)
  }

  /// Goes on to the next row.
  ///
  /// - Returns: whether there was one.
  func advance() throws(InputError) -> Bool {
    while try table.advance() {
      if let region {
        let isThere = try isInside(region)
        // Rows are sorted: behind the region there are no more of it.
        if !isThere, wasInRegion { return false }
        guard isThere else { continue }
        wasInRegion = true
      }
      if let genes, !genes.contains(geneText) { continue }
      if table.bytes(status).starts(with: "failed".utf8) {
        failedCount += 1
        continue
      }
      return true
    }
    return false
  }

  private func isInside(_ region: GenomicRegion) throws(InputError) -> Bool {
    if !table.bytes(chromosome).elementsEqual(current.name.utf8) {
      let name = chromosomeText
      current = (name, region.isOnChromosome(named: name))
    }
    guard current.isInRegion else { return false }
    let place = try positionNumber
    return place >= region.from ?? 1 && place <= region.to ?? .max
  }

  var chromosomeText: String { table.text(chromosome) }
  var geneText: String { table.text(gene) }
  var idText: String { table.text(id) }
  var referenceText: String { table.text(reference) }
  var alternateText: String { table.text(alternate) }
  var positionNumber: Int { get throws(InputError) { try table.position(position) } }

  /// The minor allele's frequency.
  var minorFrequency: Double {
    get throws(InputError) {
      let value = try table.number(frequency)
      return value <= 0.5 ? value : 1 - value
    }
  }

  /// Appends the minor allele's frequency: the table's own text where ALT is minor.
  func appendMinorFrequency(to text: inout TextBuffer, format: NumberFormat) throws(InputError) {
    let value = try table.number(frequency)
    if value <= 0.5 {
      text.append(bytes: table.bytes(frequency))
    } else {
      text.append(1 - value, format: format)
    }
  }

  /// The variant, as genotypes are matched.
  var variant: VariantName {
    get throws(InputError) {
      VariantName(
        chromosome: chromosomeText, position: try positionNumber, id: idText,
        reference: referenceText, alternate: alternateText)
    }
  }
}
