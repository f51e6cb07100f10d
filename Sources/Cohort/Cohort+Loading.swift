import BlockGzip
import OrderedCollections
import Tables

extension Cohort {
  /// Reads and joins expression, sample sheet and covariates.
  ///
  /// - Parameters:
  ///   - genotypedDonors: donors of the genotype file, in its order.
  ///   - genotypePath: the genotype file, for messages.
  /// - Throws: `InputError` for unreadable or malformed files, ids that do not match (as
  ///   `inputs.ids` says), samples without a time (as `inputs.missingCovariates` says), names that
  ///   clash, infinite values.
  package static func load(
    inputs: CohortInputs, genotypedDonors: [String], genotypePath: String
  ) throws(InputError) -> Cohort {
    let sheet = try SampleSheet(
      path: inputs.samplesPath, timeColumn: inputs.timeColumn,
      requiresEndMarker: inputs.requiresEndMarker)
    let reader = try ExpressionReader(
      path: inputs.bedPath, sheetSamples: Set(sheet.sampleIDs),
      requiresEndMarker: inputs.requiresEndMarker)
    var join = try SampleJoin(
      inputs: inputs, sheet: sheet, expressionSamples: reader.sampleIDs)
    try join.require(genotypedDonors: genotypedDonors, path: genotypePath)
    var covariates: CovariateTable?
    if let path = inputs.covariatesPath {
      let table = try CovariateTable(
        path: path, sampleIDs: Set(join.samples.map(\.id)),
        donorIDs: Set(join.samples.map(\.donor)), requiresEndMarker: inputs.requiresEndMarker)
      try join.require(covariates: table)
      covariates = table
    }
    join.sort()
    let columns = try ColumnJoin(samples: join.samples, sheet: sheet, covariates: covariates)
    // Only now the values: they are stored once, in the cohort's order.
    let matrix = try reader.read(samples: join.samples.map(\.expressionColumn))

    let donors = OrderedSet(join.samples.map(\.donor))
    var genotypeColumns: [String: Int] = [:]
    for (index, donor) in genotypedDonors.enumerated() { genotypeColumns[donor] = index }
    var cohort = Cohort(
      donorIDs: Array(donors), sampleIDs: join.samples.map(\.id),
      donorOfSample: join.samples.compactMap { donors.firstIndex(of: $0.donor) },
      time: join.samples.map(\.time),
      genotypeColumn: donors.compactMap { genotypeColumns[$0] }, genes: matrix.genes,
      expression: matrix.values, columns: columns.columns, columnPaths: columns.paths,
      covariateNames: columns.covariateNames, donorLevelCovariates: [],
      notes: join.notes + columns.notes, expressionPath: inputs.bedPath, sheetPath: sheet.path,
      genotypePath: genotypePath)
    cohort.updateDonorLevelCovariates()
    return cohort
  }
}
