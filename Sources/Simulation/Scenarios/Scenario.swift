/// A longitudinal data set with known parameters, for the models of `slopeqtl fit`.
package enum Scenario: String, Sendable, CaseIterable {
  case trial
  case trialVariances = "trial-variances"
  case centres
  case varianceTime = "variance-time"
  case serial
  case progression
  case coupling
  case centring
  case crossLag = "cross-lag"
  case counts
  case responses
  case reactionTimes = "reaction-times"
  case risk

  /// What the data are, in a line.
  package var summary: String {
    switch self {
    case .trial: "two arms whose mean slopes differ"
    case .trialVariances: "two arms whose slopes and residuals vary differently, too"
    case .centres: "patients within centres, crossed with assay batches"
    case .varianceTime: "a residual that grows with time and differs between devices"
    case .serial: "days whose residuals are an autoregressive process"
    case .progression: "a marker that rises towards a threshold, with rows to predict"
    case .coupling: "daily mood that follows stress, more in some subjects than in others"
    case .centring: "intercepts and slopes that are uncorrelated at age 50 alone"
    case .crossLag: "daily sleep and pain, of which sleep leads"
    case .counts: "counts of two arms from visit to visit, over exposures that differ"
    case .responses: "right and wrong answers of subjects to items under two conditions"
    case .reactionTimes: "hundreds or thousands of trials per subject and condition, unbalanced"
    case .risk: "a marker of few visits and an event that follows its slope"
    }
  }

  /// How many subjects and visits there are where nothing else is asked for.
  package var defaults: ScenarioDefaults {
    switch self {
    case .trial, .trialVariances:
      ScenarioDefaults(subjects: 120, times: [0, 3, 6, 12, 18, 24], missing: 0.1)
    case .centres: ScenarioDefaults(subjects: 240, times: [0, 0.5, 1, 1.5, 2, 3], missing: 0.1)
    case .varianceTime:
      ScenarioDefaults(subjects: 100, times: (0..<10).map(Double.init), missing: 0.05)
    case .serial: ScenarioDefaults(subjects: 60, times: (0..<14).map(Double.init), missing: 0.1)
    case .progression:
      ScenarioDefaults(subjects: 150, times: [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], missing: 0)
    case .coupling:
      ScenarioDefaults(subjects: 80, times: (0..<21).map(Double.init), missing: 0.1)
    case .centring: ScenarioDefaults(subjects: 150, times: [0, 2, 4, 6, 8, 10], missing: 0.1)
    case .crossLag:
      ScenarioDefaults(subjects: 150, times: (0..<10).map(Double.init), missing: 0.1)
    case .counts: ScenarioDefaults(subjects: 120, times: [0, 1, 2, 3, 4, 5], missing: 0.1)
    case .responses:
      ScenarioDefaults(subjects: 80, times: (0..<24).map(Double.init), missing: 0.05)
    case .reactionTimes: ScenarioDefaults(subjects: 40, times: [0, 1], missing: 0.4)
    case .risk: ScenarioDefaults(subjects: 300, times: [0, 0.5, 1, 1.5, 2], missing: 0.25)
    }
  }

  /// Whether subjects have trials of a session instead of visits at times.
  package var hasTrials: Bool { self == .reactionTimes }

  /// Draws the data.
  ///
  /// - Precondition: the options are valid for this scenario.
  func data(_ options: ScenarioOptions) -> ScenarioData {
    switch self {
    case .trial: TrialScenario.trial.data(options)
    case .trialVariances: TrialScenario.variances.data(options)
    case .centres: CentresScenario().data(options)
    case .varianceTime: VarianceTimeScenario().data(options)
    case .serial: SerialScenario().data(options)
    case .progression: ProgressionScenario().data(options)
    case .coupling: CouplingScenario().data(options)
    case .centring: CentringScenario().data(options)
    case .crossLag: CrossLagScenario().data(options)
    case .counts: CountsScenario().data(options)
    case .responses: ResponsesScenario().data(options)
    case .reactionTimes: ReactionTimeScenario().data(options)
    case .risk: RiskScenario().data(options)
    }
  }
}
