import BlockGzip

/// Checks the order of records and picks the alleles that become variants.
///
/// For each record: `enter(chromosome:)`, `enter(position:)`, `enterAlleles`, then `keep` where
/// `isInRegion`, else `leaveOut`.
struct AlleleSelection {
  private let regions: [GenomicRegion]?
  private let ids: ByteStringSet?
  private var order: SiteOrder
  /// What is wanted of the current chromosome, as far as it was not passed; nil wants all.
  private var stretches: ArraySlice<ClosedRange<Int>>?
  /// Whether only what an index knows of is read, which no other chromosome belongs to.
  private var isIndexed = false

  /// The record being read.
  var site = RecordSite()
  /// One-based numbers of its ALT alleles that become variants.
  private(set) var kept: [Int] = []
  var counts = GenotypeCounts()

  init(_ selection: VariantSelection, words: SiteWords = .vcf) {
    regions = selection.regions
    ids = selection.ids.map { ByteStringSet($0) }
    order = SiteOrder(words: words, taken: selection.taken)
  }

  /// What messages call the columns.
  var words: SiteWords { order.words }

  /// Chromosome names in order of first appearance.
  var chromosomes: [String] { order.chromosomes }

  /// The chromosome of the record being read, as an index into `chromosomes`.
  var chromosome: Int { order.chromosome }

  /// The chromosome and position of the record last entered, for messages; nil before the first.
  var place: String? {
    order.chromosome < 0 ? nil : "\(order.chromosomes[order.chromosome]):\(order.position)"
  }

  /// Whether the record lies in a region asked for.
  private(set) var isInRegion = true

  /// Starts anew with the records of the regions alone, by an index that has these chromosomes.
  mutating func restrict(toIndexed chromosomes: [String]) {
    isIndexed = true
    order.expect(chromosomes)
    counts = GenotypeCounts()
  }

  /// Counts a record and takes in its chromosome.
  ///
  /// - Throws: `InputError` for an empty name and for a chromosome that had its run already.
  mutating func enter(
    chromosome: UnsafeRawBufferPointer, reader: some RecordReader
  ) throws(InputError) {
    counts.records += 1
    site.chromosome = chromosome
    if try order.enter(chromosome: chromosome, reader: reader) {
      let name = order.chromosomes[order.chromosome]
      stretches = regions.map { GenomicRegion.stretches(of: $0, onChromosome: name)[...] }
      if isIndexed, stretches?.isEmpty == true {
        throw order.misfit("'\(name)', which is in no region asked for", reader: reader)
      }
    }
  }

  /// Takes in the position; nil is one that could not be read and stands in the file as `text`.
  ///
  /// - Throws: `InputError` when it is not positive or lies before the record before it.
  mutating func enter(
    position: Int?, text: @autoclosure () -> String, reader: some RecordReader
  ) throws(InputError) {
    guard let position, position > 0 else {
      throw reader.error(
        "malformed position", column: order.words.position, found: "'\(text())'",
        expected: "a positive integer", advice: "mend the record")
    }
    try order.enter(position: position, reader: reader)
    site.position = position
    while let first = stretches?.first, first.upperBound < position { stretches?.removeFirst() }
    isInRegion = stretches.map { $0.first?.contains(position) ?? false } ?? true
  }

  /// Takes in the alleles of `site`.
  ///
  /// - Throws: `InputError` for an empty allele and for one that the position had already.
  mutating func enterAlleles(reader: some RecordReader) throws(InputError) {
    if order.words.isVCF { try checkAlleles(reader) }
    for allele in site.alternates {
      guard !allele.isEmpty, !site.reference.isEmpty else { throw emptyAllele(reader) }
      if RecordSite.isWithoutSequence(allele) { continue }
      let sharesSite = try order.enter(
        reference: site.reference, alternate: allele, id: site.id, reader: reader)
      if sharesSite { counts.sharedSites += 1 }
    }
  }

  /// Fills `kept` with the alleles that have a dosage and are selected; true when there are any.
  mutating func keep(field: DosageField) -> Bool {
    kept.removeAll(keepingCapacity: true)
    if site.alternates.isEmpty { counts.allelesWithoutDosage += 1 }
    for (index, allele) in site.alternates.enumerated() {
      if field == .gt, RecordSite.isWithoutSequence(allele) {
        counts.allelesWithoutDosage += 1
      } else if isWanted(allele: index + 1) {
        kept.append(index + 1)
      } else {
        counts.deselected += 1
      }
    }
    return !kept.isEmpty
  }

  /// Counts the alleles of a record outside the region.
  mutating func leaveOut() { counts.deselected += site.alternates.count }

  /// The variant of the record's ALT allele `allele`, counted from one.
  func variant(allele: Int) -> Variant {
    site.variant(allele: allele, chromosome: order.chromosome)
  }

  private func isWanted(allele: Int) -> Bool {
    guard let ids else { return true }
    if site.hasID { return ids.contains(site.id) }
    return site.madeID(allele: allele).withUnsafeBytes { ids.contains($0) }
  }

  private func checkAlleles(_ reader: some RecordReader) throws(InputError) {
    guard SiteText.isSequence(site.reference) else {
      throw reader.error(
        "malformed allele", column: order.words.reference,
        found: "'\(String(decoding: site.reference.prefix(40), as: UTF8.self))'",
        expected: "a sequence of A, C, G, T and N", advice: "mend or remove the record")
    }
    for allele in site.alternates where !allele.isEmpty && !SiteText.isAlternate(allele) {
      throw reader.error(
        "malformed allele", column: order.words.alternate,
        found: "'\(String(decoding: allele.prefix(40), as: UTF8.self))'",
        expected: "sequences of A, C, G, T and N, '*', a symbol such as <DEL>, or a breakend",
        advice: "mend or remove the record")
    }
  }

  private func emptyAllele(_ reader: some RecordReader) -> InputError {
    let alleles = site.alternates.map { String(decoding: $0, as: UTF8.self) }
    return reader.error(
      "empty allele",
      column: site.reference.isEmpty ? order.words.reference : order.words.alternate,
      found: "'\(alleles.joined(separator: ","))'", expected: order.words.expectedAlleles,
      advice: "mend the record")
  }
}
