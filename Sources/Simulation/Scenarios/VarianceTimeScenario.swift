import Distributions
import Glibc

/// Glucose by one of two devices, whose errors differ and grow as the sensor ages.
struct VarianceTimeScenario {
  /// Growth of the logarithm of the residual's standard deviation, per day.
  static let growth = 0.1

  private static let terms = ["(Intercept)", "time"]
  /// Millimoles a litre, per day.
  private static let intercept = 8.0
  private static let time = 0.02
  private static let deviceB = 0.3
  private static let patient = RandomPair(sdIntercept: 1.2, sdSlope: 0.08, correlation: 0.2)
  /// Of device A at time 0.
  private static let sdResidual = 0.4
  /// Device B's standard deviation over device A's.
  private static let ratio = 1.5

  private var truth: ScenarioTruth {
    var truth = ScenarioTruth(
      .varianceTime, formula: "glucose ~ time + device + (1 + time | patient)",
      structures: [("residual_variance", "by:device,exp:time")],
      fixed: [("(Intercept)", Self.intercept), ("time", Self.time), ("deviceB", Self.deviceB)])
    truth.append(Self.patient, of: Self.terms, group: "patient")
    truth.append("sd_residual", Self.sdResidual)
    truth.append("ratio:B", Self.ratio)
    truth.append("exp", Self.growth)
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(
      table: TextTable(["patient", "device", "time", "glucose"]), truth: truth)
    let plan = VisitPlan(options)
    for (subject, id) in numberedNames("p", count: options.subjects).enumerated() {
      var numbers = RandomNumbers(seed: options.seed, .subjects, index: subject)
      let own = Self.patient.next(from: &numbers)
      data.append(
        effects: [own.intercept, own.slope], of: Self.terms, group: "patient", level: id)
      for time in plan.times(of: subject) {
        let isB = numbers.chance(0.5)
        let sd = Self.sdResidual * (isB ? Self.ratio : 1) * exp(Self.growth * time)
        let value =
          Self.intercept + own.intercept + (Self.time + own.slope) * time
          + (isB ? Self.deviceB : 0) + sd * numbers.normal()
        data.table.append([
          id, isB ? "B" : "A", shortText(time), fixedText(value, decimals: 2),
        ])
      }
    }
    return data
  }
}
