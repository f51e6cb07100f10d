import BlockGzip

/// The expression matrix and the text tables of a simulated cohort.
struct CohortTables {
  let design: CohortDesign
  let plan: GenePlan
  let chromosomes: [String]
  /// Causal variants by ordinal.
  let causal: [Int: CausalVariant]
  /// Where the genotypes come from: a path, or `simulated`.
  let genotypes: String
  let options: SimulationOptions

  /// Writes expression, its index, sample sheet, covariates and truth.
  ///
  /// - Throws: `OutputError`.
  func write(to output: inout StagedOutput) throws(OutputError) {
    let path = output.stage(".bed.gz")
    try writeExpression(to: path)
    try TabixIndex.build(path: path, indexPath: output.stage(".bed.gz.tbi"), layout: .bed)
    try output.write(sampleSheet(), to: ".samples.tsv")
    try output.write(covariateTable(), to: ".covariates.txt")
    try output.write(truthTable(), to: ".truth.tsv")
  }

  /// One row per gene, one column per sample, 6 decimals; counts and 0 or 1 without.
  private func writeExpression(to path: String) throws(OutputError) {
    let model = ExpressionModel(design: design, options: options)
    let writer = try BlockGzipWriter(path: path)
    let columns = ["#chr", "start", "end", "phenotype_id"] + design.visits.map(\.sampleID)
    try writer.write(columns.joined(separator: "\t") + "\n")
    for (index, gene) in plan.genes.enumerated() {
      let values = model.expression(
        of: gene, index: index, dosages: gene.causalVariant.flatMap { causal[$0]?.dosages })
      var line: [UInt8] = []
      line.append(
        text: "\(chromosomes[gene.chromosome])\t\(gene.start)\t\(gene.start + 1)\t\(gene.id)")
      for value in values {
        line.append(UInt8(ascii: "\t"))
        line.append(fixed: value, decimals: options.family == .gaussian ? 6 : 0)
      }
      line.append(UInt8(ascii: "\n"))
      try writer.write(String(decoding: line, as: UTF8.self))
    }
    try writer.finish()
  }

  private func sampleSheet() -> [UInt8] {
    var table: [UInt8] = []
    let hasSizes = options.family == .poisson
    table.append(
      text: "sample_id\tdonor_id\ttime\tbatch\trin" + (hasSizes ? "\tlog_size" : "") + "\n")
    for visit in design.visits {
      table.append(
        text: "\(visit.sampleID)\t\(design.donorIDs[visit.donor])\t\(shortText(visit.time))"
          + "\t\(CohortDesign.batches[visit.batch])\t")
      table.append(fixed: visit.rin, decimals: 1)
      if hasSizes {
        table.append(UInt8(ascii: "\t"))
        table.append(fixed: visit.logSize, decimals: 4)
      }
      table.append(UInt8(ascii: "\n"))
    }
    return table
  }

  /// tensorQTL's orientation: one row per covariate, one column per donor.
  private func covariateTable() -> [UInt8] {
    var table: [UInt8] = []
    table.append(text: (["id"] + design.donorIDs).joined(separator: "\t") + "\n")
    for (name, values) in zip(design.covariateNames, design.covariates) {
      table.append(text: name)
      for value in values {
        table.append(UInt8(ascii: "\t"))
        table.append(fixed: value, decimals: 4)
      }
      table.append(UInt8(ascii: "\n"))
    }
    let sexes = design.isMale.map { $0 ? "male" : "female" }
    table.append(text: (["sex"] + sexes).joined(separator: "\t") + "\n")
    return table
  }

  /// One row per gene: the model that its expression was drawn from, in full.
  private func truthTable() -> [UInt8] {
    var table: [UInt8] = []
    let batches = CohortDesign.batches.dropFirst().map { "b_\($0)" }
    let names =
      [
        "phenotype_id", "variant_id", "b_g", "b_i", "b_gi", "sd_intercept", "sd_slope",
        "cor_intercept_slope", "sd_residual", "mean",
      ] + design.covariateNames.map { "b_\($0)" } + ["b_sexmale"] + batches + ["b_rin"]
      + ["b_pc1:time", "residual_skewness", "residual_growth", "residual_sex_ratio"]
    table.append(text: (names + ["genotypes"]).joined(separator: "\t") + "\n")
    let deviations = [
      options.sdIntercept, options.sdSlope, options.correlation,
      options.family == .gaussian ? options.sdResidual : 0,
    ].map { shortText($0) }
    for gene in plan.genes {
      let variant = gene.causalVariant.flatMap { causal[$0]?.id } ?? "NA"
      let others =
        [gene.mean] + gene.covariateEffects + [gene.sexEffect] + gene.batchEffects
        + [
          gene.rinEffect, gene.structureSlope, options.residualSkewness, options.residualGrowth,
          options.residualSexRatio,
        ]
      let fields =
        [gene.id, variant] + [gene.bG, gene.bI, gene.bGI].map { shortText($0) } + deviations
        + others.map { shortText($0) } + [genotypes]
      table.append(text: fields.joined(separator: "\t") + "\n")
    }
    return table
  }
}
