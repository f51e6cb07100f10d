/// The visits that took place, by subject.
struct VisitPlan {
  private let planned: [Double]
  private let present: [Bool]

  init(_ options: ScenarioOptions) {
    planned = options.times
    present = PresentVisits.draw(
      subjects: options.subjects, times: options.times.count, missing: options.missing,
      leastVisits: ScenarioOptions.leastVisits, seed: options.seed)
  }

  /// Times at which a subject was seen, at least two.
  func times(of subject: Int) -> [Double] { visits(of: subject).map { planned[$0] } }

  /// The numbers of these times, from 0.
  func visits(of subject: Int) -> [Int] {
    planned.indices.filter { present[subject * planned.count + $0] }
  }
}
