/// The papers that methods come from.
extension MethodsText {
  /// The papers named, in alphabetical order, with their DOIs.
  var citations: [String] {
    let text = paragraph
    return Self.papers.filter { text.contains($0.key) }.map(\.full)
  }

  private static let papers: [(key: String, full: String)] = [
    (
      "Bates et al. 2015",
      "Bates D, Mächler M, Bolker B, Walker S (2015) Fitting linear mixed-effects models using lme4. "
        + "J Stat Softw 67(1). doi:10.18637/jss.v067.i01"
    ),
    (
      "Benjamini & Hochberg 1995",
      "Benjamini Y, Hochberg Y (1995) Controlling the false discovery rate: a practical and powerful "
        + "approach to multiple testing. J R Stat Soc B 57:289–300. doi:10.1111/j.2517-6161.1995.tb02031.x"
    ),
    (
      "Davis et al. 2016",
      "Davis JR, Fresard L, Knowles DA, et al. (2016) An efficient multiple-testing adjustment for eQTL "
        + "studies that accounts for linkage disequilibrium between variants. Am J Hum Genet 98:216–224. "
        + "doi:10.1016/j.ajhg.2015.11.021"
    ),
    (
      "Kenward & Roger 1997",
      "Kenward MG, Roger JH (1997) Small sample inference for fixed effects from restricted maximum "
        + "likelihood. Biometrics 53:983–997. doi:10.2307/2533558"
    ),
    (
      "Kuznetsova et al. 2017",
      "Kuznetsova A, Brockhoff PB, Christensen RHB (2017) lmerTest package: tests in linear mixed effects "
        + "models. J Stat Softw 82(13). doi:10.18637/jss.v082.i13"
    ),
    (
      "Liu et al. 2019",
      "Liu Y, Chen S, Li Z, Morrison AC, Boerwinkle E, Lin X (2019) ACAT: a fast and powerful p value "
        + "combination method for rare-variant analysis in sequencing studies. Am J Hum Genet 104:410–421. "
        + "doi:10.1016/j.ajhg.2019.01.002"
    ),
    (
      "Ongen et al. 2016",
      "Ongen H, Buil A, Brown AA, Dermitzakis ET, Delaneau O (2016) Fast and efficient QTL mapper for "
        + "thousands of molecular phenotypes. Bioinformatics 32:1479–1485. "
        + "doi:10.1093/bioinformatics/btv722"
    ),
    (
      "Patterson & Thompson 1971",
      "Patterson HD, Thompson R (1971) Recovery of inter-block information when block sizes are unequal. "
        + "Biometrika 58:545–554. doi:10.1093/biomet/58.3.545"
    ),
    (
      "Satterthwaite 1946",
      "Satterthwaite FE (1946) An approximate distribution of estimates of variance components. Biometrics "
        + "Bulletin 2:110–114. doi:10.2307/3002019"
    ),
    (
      "Storey & Tibshirani 2003",
      "Storey JD, Tibshirani R (2003) Statistical significance for genomewide studies. PNAS "
        + "100:9440–9445. doi:10.1073/pnas.1530509100"
    ),
    (
      "Taylor-Weiner et al. 2019",
      "Taylor-Weiner A, Aguet F, Haradhvala NJ, et al. (2019) Scaling computational genomics to millions "
        + "of individuals with GPUs. Genome Biol 20:228. doi:10.1186/s13059-019-1836-7"
    ),
  ]
}
