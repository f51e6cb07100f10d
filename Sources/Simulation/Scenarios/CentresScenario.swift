import Distributions

/// Patients within centres, whose kidneys' filtration falls over the years; every sample is
/// measured in some assay batch, whatever its centre.
struct CentresScenario {
  private static let patientsPerCentre = 8
  private static let batches = 15
  private static let terms = ["(Intercept)", "time"]
  /// Millilitres a minute (per 1.73 m²), per year.
  private static let intercept = 75.0
  private static let time = -2.5
  private static let centre = RandomPair(sdIntercept: 5, sdSlope: 0.8, correlation: -0.3)
  private static let patient = RandomPair(sdIntercept: 12, sdSlope: 1.5, correlation: 0.2)
  private static let sdAssay = 2.0
  private static let sdResidual = 4.0

  private var truth: ScenarioTruth {
    var truth = ScenarioTruth(
      .centres, formula: "egfr ~ time + (1 + time | centre/patient) + (1 | assay)",
      fixed: [("(Intercept)", Self.intercept), ("time", Self.time)])
    truth.append(Self.centre, of: Self.terms, group: "centre")
    truth.append(Self.patient, of: Self.terms, group: "patient:centre")
    truth.append("sd((Intercept)|assay)", Self.sdAssay)
    truth.append("sd_residual", Self.sdResidual)
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(
      table: TextTable(["centre", "patient", "assay", "time", "egfr"]), truth: truth)
    let plan = VisitPlan(options)
    let centreCount = max(3, options.subjects / Self.patientsPerCentre)
    let centres = numberedNames("c", count: centreCount, leastWidth: 2)
    let assays = numberedNames("a", count: Self.batches, leastWidth: 2)
    var levels = RandomNumbers(seed: options.seed, .levels)
    let assayEffects = assays.map { _ in Self.sdAssay * levels.normal() }
    let centreEffects = centres.map { _ in Self.centre.next(from: &levels) }
    for (name, effect) in zip(assays, assayEffects) {
      data.append(effects: [effect], of: ["(Intercept)"], group: "assay", level: name)
    }
    for (name, effect) in zip(centres, centreEffects) {
      data.append(
        effects: [effect.intercept, effect.slope], of: Self.terms, group: "centre", level: name)
    }
    for subject in 0..<options.subjects {
      let centre = subject * centreCount / options.subjects
      // The first subject of a centre is the first whose share reaches it.
      let first = (centre * options.subjects + centreCount - 1) / centreCount
      let number = String(subject - first + 1)
      var numbers = RandomNumbers(seed: options.seed, .subjects, index: subject)
      let own = Self.patient.next(from: &numbers)
      data.append(
        effects: [own.intercept, own.slope], of: Self.terms, group: "patient:centre",
        level: "\(number):\(centres[centre])")
      for time in plan.times(of: subject) {
        let assay = numbers.integer(below: assays.count)
        let value =
          Self.intercept + centreEffects[centre].intercept + own.intercept
          + (Self.time + centreEffects[centre].slope + own.slope) * time
          + assayEffects[assay] + Self.sdResidual * numbers.normal()
        data.table.append([
          centres[centre], number, assays[assay], shortText(time), fixedText(value, decimals: 1),
        ])
      }
    }
    return data
  }
}
