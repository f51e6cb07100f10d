import BlockGzip

/// A scenario's data in the files that `fit` reads, with their truth.
///
/// Equal options give equal bytes. Files get their final names only when all are complete.
package struct ScenarioSimulation: Sendable {
  package let options: ScenarioOptions

  package init(options: ScenarioOptions) { self.options = options }

  /// Writes `PREFIX.tsv`, `PREFIX.truth.tsv`, `PREFIX.subjects.tsv` and what else the scenario has.
  ///
  /// - Returns: the rows of `PREFIX.tsv`, and the paths.
  /// - Throws: `SimulationOptionError` before anything is written; `OutputError`.
  package func write(prefix: String) throws -> (rows: Int, files: [String]) {
    try options.validate()
    let data = options.scenario.data(options)
    var output = StagedOutput(prefix: prefix)
    try output.write(data.table.bytes, to: ".tsv")
    try output.write(data.truth.table.bytes, to: ".truth.tsv")
    try output.write(data.effects.bytes, to: ".subjects.tsv")
    for (suffix, table) in data.others { try output.write(table.bytes, to: suffix) }
    return (data.table.rows.count, try output.commit())
  }
}
