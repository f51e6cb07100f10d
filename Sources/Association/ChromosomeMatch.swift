import BlockGzip
import Tables

/// How chromosome names of genes and genotypes correspond, told once per scan.
struct ChromosomeMatch {
  /// Chromosome of every gene.
  let genes: [String]
  /// Chromosomes of the genotype file.
  let genotypes: [String]
  let expressionPath: String
  let genotypePath: String

  /// Chromosomes of genes that the genotype file has and lacks, each sorted.
  var geneChromosomes: (matched: [String], unmatched: [String]) {
    let keys = Set(genotypes.map(chromosomeMatchKey))
    let names = Set(genes).sorted()
    return (
      names.filter { keys.contains(chromosomeMatchKey($0)) },
      names.filter { !keys.contains(chromosomeMatchKey($0)) }
    )
  }

  /// Notes matches across `chr`, warns of genes without variants.
  ///
  /// - Throws: `InputError` when nothing is in common.
  func check(_ observer: any ScanObserver) throws(InputError) {
    let geneNames = Set(genes)
    let variantKeys = Set(genotypes.map(chromosomeMatchKey))
    let matched = geneNames.filter { variantKeys.contains(chromosomeMatchKey($0)) }
    guard !matched.isEmpty || genes.isEmpty || genotypes.isEmpty else {
      throw InputError(
        "no chromosome of the genes is in the genotype file", path: expressionPath,
        found: "genes on \(InputError.list(geneNames.sorted())) and variants on "
          + "\(InputError.list(genotypes)) in \(genotypePath)",
        expected: "the same names, with or without 'chr'",
        advice: "rename the chromosomes of one file, or scan all pairs with --trans")
    }
    if !matched.isSubset(of: Set(genotypes)) {
      observer.note("chromosomes are matched without 'chr'")
    }
    let unmatched = geneNames.subtracting(matched)
    if !unmatched.isEmpty {
      let count = genes.filter(unmatched.contains).count
      observer.warn(
        "\(count) genes have no variants: the genotype file has no chromosome "
          + InputError.list(unmatched.sorted()))
    }
  }
}
