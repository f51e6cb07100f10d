import ArgumentParser
import Association
import BlockGzip
import Genotypes
import Glibc

extension GenomicRegion {
  /// `chr`, `chr:from` or `chr:from-to`, one-based and inclusive; thousands may be set off by
  /// commas.
  ///
  /// - Throws: `ValidationError` that says what is wrong.
  static func parse(_ argument: String) throws -> GenomicRegion {
    guard let colon = argument.lastIndex(of: ":") else {
      guard !argument.isEmpty else { throw ValidationError("expected a chromosome") }
      return GenomicRegion(chromosome: argument)
    }
    guard colon > argument.startIndex else {
      throw ValidationError("no chromosome before the colon")
    }
    let ends = argument[argument.index(after: colon)...].filter { $0 != "," }
      .split(separator: "-", omittingEmptySubsequences: false)
    let numbers = ends.compactMap { Int($0) }
    guard (1...2).contains(ends.count), numbers.count == ends.count else {
      throw ValidationError("expected chr, chr:from or chr:from-to with whole numbers")
    }
    let (from, to) = (numbers[0], numbers.count == 2 ? numbers[1] : nil)
    guard from > 0 else { throw ValidationError("positions count from 1, found \(from)") }
    if let to, to < from {
      throw ValidationError("the region ends at \(to), before its start \(from)")
    }
    return GenomicRegion(chromosome: String(argument[..<colon]), from: from, to: to)
  }
}

/// Which genes, variants and rows.
struct SelectionFlags: ParsableArguments {
  @Option(help: ArgumentHelp("Bases on either side of a gene.", valueName: "bases"))
  var window = 1_000_000

  @Flag(help: "Test all pairs, wherever gene and variant lie.")
  var trans = false

  @Option(
    help: ArgumentHelp("Only variants in this region.", valueName: "chr:from-to"),
    transform: GenomicRegion.parse)
  var region: GenomicRegion?

  @Option(
    help: ArgumentHelp(
      "Only these genes: a file with one id a line, or ids with commas.", valueName: "file|id,id"))
  var genes: String?

  @Option(help: ArgumentHelp("Only the variants listed, one id a line.", valueName: "file"))
  var keepVariants: String?

  @Option(
    help: ArgumentHelp(
      "Only these pairs: a table with columns phenotype_id and variant_id, such as PREFIX.genes.tsv.gz "
        + "of a scan with its lead variants, or a gene and a variant a line.", valueName: "file"))
  var keepPairs: String?

  @Option(help: ArgumentHelp("Smallest minor-allele frequency.", valueName: "frequency"))
  var maf = VariantFilter().minimumFrequency

  @Option(help: ArgumentHelp("Smallest minor-allele count over donors.", valueName: "count"))
  var macDonors = VariantFilter().minimumCount

  @Option(help: ArgumentHelp("Largest share of donors without a dosage.", valueName: "share"))
  var maxMissing = VariantFilter().maximumMissing

  @Option(
    help: ArgumentHelp(
      "Write only rows with pval_gi up to this. (default: 1, with --trans of all pairs 1e-5)",
      valueName: "p"))
  var pvalThreshold: Double?

  func validate() throws {
    guard window >= 0 else { throw ValidationError("--window \(window): expected 0 or more") }
    guard (0...0.5).contains(maf) else { throw ValidationError("--maf \(maf): expected 0 to 0.5") }
    guard macDonors >= 0 else {
      throw ValidationError("--mac-donors \(macDonors): expected 0 or more")
    }
    guard (0...1).contains(maxMissing) else {
      throw ValidationError("--max-missing \(maxMissing): expected 0 to 1")
    }
    if let genes, IDList.ids(in: genes).isEmpty {
      throw ValidationError("--genes '\(genes)': expected ids with commas, or a file of ids")
    }
    if let pvalThreshold, !(pvalThreshold > 0 && pvalThreshold <= 1) {
      throw ValidationError("--pval-threshold \(pvalThreshold): expected above 0, up to 1")
    }
  }

  /// Ids of the variants that may be tested; nil for all.
  func variantIDs() throws(InputError) -> Set<String>? {
    let kept = try keepVariants.map(IDList.read)
    return try keepPairs.map { path throws(InputError) in
      try PairList(path: path).variantIDs(of: kept)
    }
      ?? kept
  }

  func apply(to options: inout ScanOptions) throws(InputError) {
    options.window = window
    options.isTrans = trans
    options.region = region
    if let genes {
      options.genes = access(genes, F_OK) == 0 ? try IDList.read(genes) : IDList.ids(in: genes)
    }
    options.keepVariants = try keepVariants.map(IDList.read)
    if let keepPairs { options.keepPairs = try PairList(path: keepPairs) }
    options.filter.minimumFrequency = maf
    options.filter.minimumCount = macDonors
    options.filter.maximumMissing = maxMissing
    options.pValueThreshold = pvalThreshold ?? (trans && keepPairs == nil ? 1e-5 : 1)
  }
}
