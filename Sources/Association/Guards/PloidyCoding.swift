import Genotypes

/// How calls of one allele (X, Y, mitochondria) became dosages, and how many there were.
package struct PloidyCoding: Sendable, Equatable {
  /// Calls of one allele that were read; what has no ploidy has none.
  package let haploidCalls: Int
  /// What they and those of two alleles count as.
  package let coding: String
  /// Whether there is reason to say so: haploid calls, or a chromosome X.
  package let isWorthANote: Bool

  package init(_ options: ScanOptions, _ source: any GenotypeSource) {
    self.init(
      input: options.genotypes, haploidCalls: source.counts.haploidCalls,
      chromosomes: source.chromosomes)
  }

  init(input: GenotypeInput, haploidCalls: Int, chromosomes: [String]) {
    self.haploidCalls = haploidCalls
    let alleles = "; frequencies and allele counts take two alleles of every donor"
    switch input {
    case .vcf:
      coding =
        "a haploid call counts its one ALT allele: dosage 0 or 1 beside 0 to 2 of diploid calls, and "
        + "an X of men called diploid 0 or 2; nothing is doubled" + alleles
    case .bfile, .pfile:
      coding =
        "PLINK keeps no ploidy: calls of one allele (X, Y, MT) are dosages 0 and 2 as stored"
        + alleles
    case .dosages:
      coding = "dosages are taken as written, 0 to 2, whatever the ploidy" + alleles
    }
    isWorthANote =
      haploidCalls > 0
      || chromosomes.contains { ["x", "23"].contains(Self.withoutPrefix($0)) }
  }

  /// For the log; nil where every call has two alleles as far as can be seen.
  package var note: String? {
    isWorthANote ? "\(haploidCalls) haploid calls were read; \(coding)" : nil
  }

  private static func withoutPrefix(_ name: String) -> String {
    let lower = name.lowercased()
    return lower.hasPrefix("chr") ? String(lower.dropFirst(3)) : lower
  }
}
