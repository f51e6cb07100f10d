import BlockGzip
import MixedModels

extension RiskData {
  /// The mixed model of some subjects, with repetition: each draw is a subject of its own.
  func model(
    _ drawn: [Int], options: LinearModelOptions
  ) throws(ModelError) -> LinearMixedModel {
    var sources: [Int] = []
    var labels: [Double] = []
    for (place, member) in drawn.enumerated() {
      sources += rows[member]
      labels += rows[member].map { _ in Double(place) }
    }
    let frame = trajectories.frame
    var columns = frame.columns.mapValues { FitData.selecting($0, sources) }
    columns[subject] = .numeric(labels)
    return try LinearMixedModel(
      formula,
      frame: ModelFrame(
        rowCount: sources.count, columns: columns, referenceLevels: frame.referenceLevels),
      options: options)
  }

  /// The error of a model of all subjects as one of the trajectories' file.
  func error(_ error: ModelError) -> InputError {
    FitData.error(
      error, table: trajectories.table, rows: rows.flatMap { $0.map { trajectories.rows[$0] } })
  }
}
