import BlockGzip
import OrderedCollections
import Tables

extension Cohort {
  /// Reads and joins sample sheet, covariates and the samples of the expression file.
  ///
  /// - Parameters:
  ///   - genotypedDonors: donors of the genotype file, in its order.
  ///   - genotypePath: the genotype file, for messages.
  /// - Returns: the cohort, and the expression file before its first gene.
  /// - Throws: `InputError` for unreadable or malformed files, ids that do not match (as
  ///   `inputs.ids` says), samples without a time (as `inputs.missingCovariates` says), names that
  ///   clash, infinite values.
  package static func load(
    inputs: CohortInputs, genotypedDonors: [String], genotypePath: String
  ) throws(InputError) -> (cohort: Cohort, expression: ExpressionReader) {
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
    let donors = OrderedSet(join.samples.map(\.donor))
    var genotypeColumns: [String: Int] = [:]
    for (index, donor) in genotypedDonors.enumerated() { genotypeColumns[donor] = index }
    var cohort = Cohort(
      donorIDs: Array(donors), sampleIDs: join.samples.map(\.id),
      donorOfSample: join.samples.compactMap { donors.firstIndex(of: $0.donor) },
      time: join.samples.map(\.time),
      genotypeColumn: donors.compactMap { genotypeColumns[$0] },
      expressionColumn: join.samples.map(\.expressionColumn), columns: columns.columns,
      columnPaths: columns.paths,
      covariateNames: columns.covariateNames, donorLevelCovariates: [],
      notes: join.notes + columns.notes, sheetPath: sheet.path, genotypePath: genotypePath)
    cohort.updateDonorLevelCovariates()
    return (cohort, reader)
  }
}
