import BlockGzip

/// Genotypes as a user names them: files and the flag they were given with.
package enum GenotypeInput: Sendable, Equatable {
  /// VCF or BCF, told apart by content; of several files, each holds chromosomes of its own. In a
  /// path, `{chrom}` stands for every chromosome that there is a file of.
  case vcf([String])
  /// A dosage table.
  case dosages(String)
  /// A PLINK 1 file set, by its prefix.
  case bfile(String)
  /// A PLINK 2 file set, by its prefix.
  case pfile(String)

  /// The files, whether they are there or not; none for a pattern that fits none.
  package var paths: [String] {
    func files(_ prefix: String, _ suffixes: [String]) -> [String] { suffixes.map { prefix + $0 } }
    return switch self {
    case .vcf(let names): names.flatMap { (try? ChromosomeFiles.paths($0)) ?? [] }
    case .dosages(let path): [path]
    case .bfile(let prefix): files(prefix, [".bed", ".bim", ".fam"])
    case .pfile(let prefix): files(prefix, [".pgen", ".pvar", ".pvar.zst", ".psam"])
    }
  }

  /// Opens the files.
  ///
  /// - Parameters:
  ///   - field: where dosages come from; nil takes DS where a record has it, else GT. A dosage
  ///     table has one field only.
  ///   - selection: records outside it are checked for order, and counted.
  ///   - requiresEndMarker: whether BGZF files without their end-of-file block are refused.
  /// - Throws: what the sources throw when they open a file.
  package func open(
    field: DosageField?, selection: VariantSelection, requiresEndMarker: Bool = true
  ) throws(InputError) -> any GenotypeSource {
    switch self {
    case .vcf(let names):
      try GenotypeFile.open(
        names: names, field: field, selection: selection, requiresEndMarker: requiresEndMarker)
    case .dosages(let path):
      try DosageTableSource(
        path: path, selection: selection, requiresEndMarker: requiresEndMarker)
    case .bfile(let prefix):
      try PlinkSource.bed(prefix: prefix, field: field, selection: selection)
    case .pfile(let prefix):
      try PlinkSource.pgen(prefix: prefix, field: field, selection: selection)
    }
  }
}
