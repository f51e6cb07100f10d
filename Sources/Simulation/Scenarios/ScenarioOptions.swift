/// The size of a scenario's data, and its seed.
package struct ScenarioOptions: Sendable, Equatable {
  package let scenario: Scenario
  package var subjects: Int
  /// Planned visits, strictly increasing, in the scenario's unit of time.
  package var times: [Double]
  /// Fraction of the planned visits or trials that is missing.
  package var missing: Double
  /// Planned trials per subject and condition, in a scenario that has trials.
  package var trials = 300
  package var seed: UInt64 = 1
  /// SD over rows of the logarithm of the expected counts, beyond what patients differ by; of the scenario
  /// `counts` alone.
  package var dispersion = 0.0

  /// The scenario's defaults.
  package init(_ scenario: Scenario) {
    self.scenario = scenario
    subjects = scenario.defaults.subjects
    times = scenario.defaults.times
    missing = scenario.defaults.missing
  }

  /// Visits that every subject keeps, whatever is missing.
  static let leastVisits = 2

  /// The most visits or trials that may be missing.
  package var largestMissingFraction: Double {
    scenario.hasTrials ? 0.45 : max(0, 1 - Double(Self.leastVisits) / Double(max(1, times.count)))
  }

  /// Checks every value against its range.
  ///
  /// - Throws: `SimulationOptionError` naming the first option that cannot be used.
  package func validate() throws(SimulationOptionError) {
    guard (6...1_000_000).contains(subjects) else {
      throw SimulationOptionError(
        "donors", found: "\(subjects)",
        expected: "6 to 1000000 subjects for the scenario \(scenario.rawValue)")
    }
    let text = times.map { shortText($0) }.joined(separator: ",")
    guard times.count >= Self.leastVisits, times.allSatisfy({ (0...1000).contains($0) }),
      zip(times, times.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw SimulationOptionError(
        "times", found: text, expected: "two or more increasing times from 0 to 1000")
    }
    try validateReach(text)
    try validateDispersion()
    try validateTrials()
    guard missing >= 0, missing <= largestMissingFraction else {
      throw SimulationOptionError(
        "missing", found: "\(missing)",
        expected:
          "0 to \(shortText(largestMissingFraction)): every subject keeps \(Self.leastVisits) of "
          + "\(times.count) visits")
    }
  }

  private func validateDispersion() throws(SimulationOptionError) {
    guard scenario == .counts || dispersion == 0 else {
      throw SimulationOptionError(
        "dispersion", found: shortText(dispersion),
        expected: "--scenario counts; \(scenario.rawValue) has no counts")
    }
    guard (0...CountsScenario.largestDispersion).contains(dispersion) else {
      throw SimulationOptionError(
        "dispersion", found: shortText(dispersion),
        expected: "0 to \(shortText(CountsScenario.largestDispersion))")
    }
  }

  private func validateTrials() throws(SimulationOptionError) {
    guard scenario.hasTrials else { return }
    guard (10...100_000).contains(trials) else {
      throw SimulationOptionError(
        "trials", found: "\(trials)", expected: "10 to 100000 trials per subject and condition")
    }
    guard missing >= 0, missing <= largestMissingFraction else {
      throw SimulationOptionError(
        "missing", found: "\(missing)",
        expected: "0 to 0.45: subjects end their sessions early, by up to twice that")
    }
  }

  /// What a scenario's own parameters ask of the times.
  private func validateReach(_ text: String) throws(SimulationOptionError) {
    let last = times.last ?? 0
    switch scenario {
    case .varianceTime where VarianceTimeScenario.growth * last > 7:
      throw SimulationOptionError(
        "times", found: text,
        expected: "times up to 70 days, at which the residual SD is a thousandfold")
    case .centring where last - times[0] > CentringScenario.longestStudy:
      throw SimulationOptionError(
        "times", found: text,
        expected: "times within \(shortText(CentringScenario.longestStudy)) years, "
          + "so that ages stay between 40 and 60")
    case .counts where last > CountsScenario.longestTime:
      throw SimulationOptionError(
        "times", found: text,
        expected: "times up to \(shortText(CountsScenario.longestTime)) years, "
          + "so that rates stay within what can be counted")
    default: return
    }
  }
}
