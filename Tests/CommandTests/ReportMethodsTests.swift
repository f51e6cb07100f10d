import Foundation
import Testing

/// The methods paragraph of a report: every option that changes the numbers is told of, and in the
/// right words.
@Suite struct ReportMethodsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let flags: [String]
    let sentences: [String]
    var absent: [String] = []
  }

  private static let cases: [Case] = [
    Case(
      testDescription: "no options", flags: [],
      sentences: [
        "for all variants within 1000 kb of each gene (20 pairs of 2 genes)", "is centred at 7.5.",
        "coefficient by a t test with Satterthwaite's",
        "of at least 0 over donors and at most 10 % missing dosages were tested.",
      ],
      absent: [
        "relationship", "residual variance", "weight", "offset", "quantiles", "region", "list",
        "left out", "again without", "signals", "seed", "class", "likelihood ratio",
      ]),
    Case(
      testDescription: "a region and a gene", flags: ["--region", "chr1", "--genes", "GENE01"],
      sentences: [
        "within 1000 kb of each gene and in the region chr1 (10 pairs of 1 gene)",
        "restricted to lists of 1 gene.",
      ]),
    Case(
      testDescription: "a list of pairs", flags: ["--keep-pairs", "pairs.txt"],
      sentences: [
        "those of a list of 2 gene–variant pairs whose variant lies within 1000 kb of the gene "
          + "(2 pairs of 2 genes)", "no account of how the pairs of the list were chosen",
      ], absent: ["for all variants"]),
    Case(
      testDescription: "genotype classes", flags: ["--min-class-donors", "1"],
      sentences: ["missing dosages and at least 1 donor in every genotype class that occurs"]),
    Case(
      testDescription: "residual variances by level", flags: ["--residual-variance", "by:batch"],
      sentences: ["residual variance was estimated for each level of `batch`"]),
    Case(
      testDescription: "residual variances that change",
      flags: ["--residual-variance", "exp:time"],
      sentences: ["residual standard deviation is exponential in `time`"]),
    Case(
      testDescription: "precision weights", flags: ["--weights", "weights.bed"],
      sentences: ["inversely proportional to a given precision weight"]),
    Case(
      testDescription: "relatives", flags: ["--kinship", "kinship.tsv"],
      sentences: [
        "Beyond the formula the model has a random intercept of donors whose covariance between "
          + "donors is a given relationship matrix"
      ]),
    Case(
      testDescription: "relatives' slopes", flags: ["--kinship", "kinship.tsv", "--kinship-slope"],
      sentences: ["correlated random intercepts and slopes of donors whose covariance"]),
    Case(
      testDescription: "normal scores", flags: ["--normal"],
      sentences: ["replaced by normal quantiles of its ranks"]),
    Case(
      testDescription: "signals, a jackknife and replicates",
      flags: [
        "--conditional", "--jackknife", "--gene-pvalue", "bootstrap:40,acat,emt", "--seed", "7",
        "--fdr", "0.1",
      ],
      sentences: [
        "by a parametric bootstrap of up to 40 replicates with a beta approximation (Ongen et al. "
          + "2016), the Cauchy combination test (Liu et al. 2019) and the effective number of tests "
          + "(Davis et al. 2016) (seed 7), and q-values over genes from the first of these",
        "signals of genes were found by conditioning, forward and backward (Taylor-Weiner et al. 2019)",
        "at a false discovery rate of 0.1 over genes", "fitted again without each donor in turn",
      ]),
    Case(
      testDescription: "permutations", flags: ["--gene-pvalue", "permutation:30"],
      sentences: ["obtained by up to 30 permutations of donors"]),
    Case(
      testDescription: "normal tests of uncentred time",
      flags: ["--df", "infinite", "--time-center", "0"],
      sentences: ["coefficient by a Wald z test.", "time is not centred."], absent: ["t test"]),
    Case(
      testDescription: "normal tests of several columns by maximum likelihood",
      flags: ["--df", "infinite", "--time-basis", "poly:2", "--criterion", "ml"],
      sentences: [
        "the 2 genotype × time coefficients jointly by a Wald χ² test, and by the likelihood ratio"
      ]),
    Case(
      testDescription: "lists, levels and gaps",
      flags: [
        "--reference", "sex=M", "--ids", "intersect", "--missing-covariates", "drop",
        "--keep-variants", "variants.txt",
      ],
      sentences: [
        "Reference levels of factors: `sex` = `M`.", "restricted to lists of 3 variants",
        "without genotypes, covariates or a row of the sample sheet were left out",
        "with a missing covariate were left out",
      ]),
    Case(
      testDescription: "all pairs of small p", flags: ["--trans", "--pval-threshold", "0.5"],
      sentences: ["for all gene–variant pairs (20 pairs of 2 genes)", "p up to 0.5 were reported"]),
  ]

  /// Two genes with everything that the flags name.
  private static func write(to folder: ScratchFolder) throws {
    let cohort = try ReportedScan.small()
    try cohort.write(to: folder)
    let variants = cohort.variantIDs
    try folder.write(
      cohort.geneIDs.map { "\($0)\t\(variants[0])\n" }.joined(), to: "pairs.txt")
    try folder.write(variants.prefix(3).map { "\($0)\n" }.joined(), to: "variants.txt")
    var weights = cohort.bed
    for row in weights.indices.dropFirst() {
      for column in weights[row].indices.dropFirst(4) {
        weights[row][column] = column.isMultiple(of: 2) ? "1" : "2"
      }
    }
    try folder.write(CohortFiles.text(weights), to: "weights.bed")
    let donors = cohort.donors
    // Pairs of sisters.
    let rows = donors.indices.map { i in
      [donors[i]] + donors.indices.map { i == $0 ? "1" : i / 2 == $0 / 2 ? "0.5" : "0" }
    }
    try folder.write(CohortFiles.text([["id"] + donors] + rows), to: "kinship.tsv")
  }

  @Test(arguments: cases)
  func `the paragraph tells of what was done`(_ item: Case) throws {
    let folder = try ScratchFolder()
    try Self.write(to: folder)
    let page = try ReportedScan(CohortFiles.everyPair + item.flags, in: folder).page
    let methods = page.methods
    #expect(item.sentences.filter { !methods.contains($0) } == [], "\(methods)")
    #expect(item.absent.filter { methods.contains($0) } == [], "\(methods)")
  }
}
