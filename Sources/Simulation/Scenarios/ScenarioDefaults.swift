/// The size of a scenario's data where nothing else is asked for.
package struct ScenarioDefaults: Sendable, Equatable {
  package var subjects: Int
  /// In the scenario's unit of time.
  package var times: [Double]
  /// Fraction of the visits that is missing.
  package var missing: Double
}
