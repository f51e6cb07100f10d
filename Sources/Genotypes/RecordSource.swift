import BlockGzip

/// A source that reads record by record; what the formats have in common.
protocol RecordSource: GenotypeSource {
  var selection: AlleleSelection { get set }
  /// How many alleles of the open record are handed out; nil when no record is open.
  var handedOut: Int? { get set }
  /// Dosages per variant.
  var selectedDonorCount: Int { get }

  /// Reads on to the next record with at least one kept allele; false after the last.
  func advance() throws(InputError) -> Bool

  /// Appends the dosages of `alleles` of the open record.
  ///
  /// - Parameter isFirstPass: whether haploid calls of this record are still to be counted.
  func decode(
    _ alleles: ArraySlice<Int>, isFirstPass: Bool, to dosages: inout [Float]
  ) throws(InputError)
}

extension RecordSource {
  /// The most variants that a batch has room for from the start.
  private static var reservedVariants: Int { 256 }

  /// What `nextBatch` of every record source does.
  func fillBatch(maximumVariants: Int) throws(InputError) -> DosageBatch? {
    precondition(maximumVariants > 0, "a batch of \(maximumVariants) variants")
    var variants: [Variant] = []
    var dosages: [Float] = []
    let expected = min(maximumVariants, Self.reservedVariants)
    variants.reserveCapacity(expected)
    dosages.reserveCapacity(expected * selectedDonorCount)
    while variants.count < maximumVariants {
      if handedOut == nil, try advance() { handedOut = 0 }
      guard let done = handedOut else { break }
      if let first = variants.first, first.chromosome != selection.chromosome { break }
      let alleles = selection.kept[done...].prefix(maximumVariants - variants.count)
      for allele in alleles { variants.append(selection.variant(allele: allele)) }
      try decode(alleles, isFirstPass: done == 0, to: &dosages)
      handedOut = alleles.endIndex == selection.kept.count ? nil : alleles.endIndex
    }
    guard !variants.isEmpty else { return nil }
    return DosageBatch(variants: variants, donorCount: selectedDonorCount, dosages: dosages)
  }
}
