import Distributions

/// A marker that rises over the years, in some subjects to a threshold. Some are lost early, and
/// there are rows to predict: of these subjects later, and of others who were seen twice.
struct ProgressionScenario {
  private static let columns = ["subject", "time", "marker"]
  private static let terms = ["(Intercept)", "time"]
  /// Units of the marker, per year.
  private static let intercept = 4.0
  private static let time = 0.9
  private static let subject = RandomPair(sdIntercept: 0.9, sdSlope: 0.45, correlation: 0.3)
  private static let sdResidual = 0.5
  private static let threshold = 8.0
  /// Fraction of the subjects that is lost before the last visit, whatever the marker.
  private static let lost = 0.3

  /// One subject: a line, and the numbers for what lies around it.
  private struct Course {
    let id: String
    let own: (intercept: Double, slope: Double)
    var numbers: RandomNumbers

    init(id: String, numbers: RandomNumbers) {
      self.id = id
      self.numbers = numbers
      own = ProgressionScenario.subject.next(from: &self.numbers)
    }

    func mean(at time: Double) -> Double {
      ProgressionScenario.intercept + own.intercept + (ProgressionScenario.time + own.slope) * time
    }

    /// A measurement, as it is printed.
    mutating func value(at time: Double) -> String {
      fixedText(mean(at: time) + ProgressionScenario.sdResidual * numbers.normal(), decimals: 2)
    }
  }

  private var truth: ScenarioTruth {
    var truth = ScenarioTruth(
      .progression, formula: "marker ~ time + (1 + time | subject)",
      fixed: [("(Intercept)", Self.intercept), ("time", Self.time)])
    truth.append(Self.subject, of: Self.terms, group: "subject")
    truth.append("sd_residual", Self.sdResidual)
    truth.append("threshold", Self.threshold)
    return truth
  }

  func data(_ options: ScenarioOptions) -> ScenarioData {
    var data = ScenarioData(table: TextTable(Self.columns), truth: truth)
    var new = TextTable(Self.columns)
    var future = TextTable(Self.columns + ["mean"])
    func predict(_ course: inout Course, at times: some Sequence<Double>) {
      for time in times {
        let value = course.value(at: time)
        new.append([course.id, shortText(time), "NA"])
        future.append([
          course.id, shortText(time), value, fixedText(course.mean(at: time), decimals: 4),
        ])
      }
    }
    let later = laterTimes(options)
    let plan = VisitPlan(options)
    for (index, id) in numberedNames("s", count: options.subjects).enumerated() {
      var course = Course(
        id: id, numbers: RandomNumbers(seed: options.seed, .subjects, index: index))
      data.append(
        effects: [course.own.intercept, course.own.slope], of: Self.terms, group: "subject",
        level: id)
      var times = plan.times(of: index)
      if course.numbers.chance(Self.lost), times.count > ScenarioOptions.leastVisits {
        let least = ScenarioOptions.leastVisits
        times = Array(times.prefix(least + course.numbers.integer(below: times.count - least)))
      }
      for time in times {
        data.table.append([id, shortText(time), course.value(at: time)])
      }
      predict(&course, at: later)
    }
    for (index, id) in numberedNames("n", count: max(5, options.subjects / 5)).enumerated() {
      var course = Course(
        id: id, numbers: RandomNumbers(seed: options.seed, .newSubjects, index: index))
      for time in options.times.prefix(2) {
        new.append([id, shortText(time), course.value(at: time)])
      }
      predict(&course, at: options.times.dropFirst(2) + later)
    }
    data.others = [(".new.tsv", new), (".future.tsv", future)]
    return data
  }

  /// One, two and four visits after the last that was planned.
  private func laterTimes(_ options: ScenarioOptions) -> [Double] {
    let last = options.times[options.times.count - 1]
    let step = last - options.times[options.times.count - 2]
    return [1, 2, 4].map { rounded(last + $0 * step, decimals: 6) }
  }
}
