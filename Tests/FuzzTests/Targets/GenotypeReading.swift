import BlockGzip
import Genotypes

/// All that a genotype source gives, for comparison.
struct GenotypeReading: Equatable {
  struct Allele: Equatable {
    var chromosome: String
    var position: Int
    var id: String
    var reference: String
    var alternate: String
    /// By donor in file order; nil where missing.
    var dosages: [Float?]
  }

  var donors: [String]
  var alleles: [Allele] = []
  var counts = GenotypeCounts()

  /// Reads a source to its end.
  ///
  /// - Parameters:
  ///   - batchSize: variants of a batch.
  ///   - isReversed: whether the dosages are asked for with the last donor first.
  /// - Throws: `InputError`, or `FuzzFinding` for what a source must not give.
  init(_ source: any GenotypeSource, batchSize: Int, isReversed: Bool) throws {
    donors = source.donorIDs
    try require(!donors.isEmpty && Set(donors).count == donors.count, "donors \(donors)")
    let order = isReversed ? Array(donors.indices.reversed()) : Array(donors.indices)
    source.select(donors: order)
    var last = (chromosome: -1, position: 0)
    while let batch = try source.nextBatch(maximumVariants: batchSize) {
      try require((1...batchSize).contains(batch.variants.count), "a batch of another size")
      for (index, variant) in batch.variants.enumerated() {
        try require(
          variant.chromosome == batch.variants[0].chromosome
            && (variant.chromosome == last.chromosome && variant.position >= last.position
              || variant.chromosome > last.chromosome)
            && variant.position > 0,
          "\(variant) after \(last)")
        last = (variant.chromosome, variant.position)
        let column = Array(batch.column(index))
        try require(
          column.allSatisfy { $0.isNaN || (0...2).contains($0) }, "dosages \(column)")
        alleles.append(
          Allele(
            chromosome: source.chromosomes[variant.chromosome], position: variant.position,
            id: variant.id, reference: variant.reference, alternate: variant.alternate,
            dosages: order.indices.map {
              let value = column[isReversed ? order.count - 1 - $0 : $0]
              return value.isNaN ? nil : value
            }))
      }
    }
    counts = source.counts
  }

  /// The same alleles as a dosage table.
  var table: String {
    let header = ["chrom", "pos", "variant_id", "ref", "alt"] + donors
    let rows = alleles.map { allele in
      [
        allele.chromosome, "\(allele.position)", allele.id, allele.reference, allele.alternate,
      ] + allele.dosages.map { $0.map { "\(Double($0))" } ?? "NA" }
    }
    // A carriage return of the last donor's name is not the line's.
    return ([header] + rows).map { $0.joined(separator: "\t") + "\r\n" }.joined()
  }

  /// Reads a file in two ways, which must agree, and what was read once more as a dosage table.
  ///
  /// - Parameter open: opens the file.
  static func check(
    _ input: [UInt8], in folder: FuzzFolder, open: () throws(InputError) -> any GenotypeSource
  ) throws {
    let reading = try Outcome { try GenotypeReading(try open(), batchSize: 3, isReversed: false) }
    let again = try Outcome { try GenotypeReading(try open(), batchSize: 1, isReversed: true) }
    if case .refused(let first) = reading, case .refused(let second) = again {
      // Of two faults of a record with several ALTs, batches decide which is met first.
      try requireSame(first.line, second.line, "the line of the first fault")
      return
    }
    try requireSame(reading, again, "in batches of 3, and of 1 with the donors reversed")
    guard let value = reading.value, !value.alleles.isEmpty,
      value.alleles.allSatisfy({ isPlain($0.id) && isPlain($0.chromosome) }),
      value.donors.allSatisfy(isPlain)
    else { return }
    let path = try folder.write(text: value.table, to: "table.tsv")
    let table = try Outcome {
      try GenotypeReading(
        try DosageTableSource(path: path, selection: VariantSelection()), batchSize: 7,
        isReversed: false)
    }
    guard let copy = table.value else { throw FuzzFinding("as a table: \(table)") }
    try requireSame(value.donors, copy.donors, "donors and those of the table")
    try requireSame(value.alleles, copy.alleles, "alleles and those of the table")
  }

  /// Whether different bytes cannot have become this text.
  private static func isPlain(_ text: String) -> Bool { !text.unicodeScalars.contains("\u{FFFD}") }
}
