import Cohort
import MixedModels

/// Refuses groups of donors that were seen at different times.
struct GroupTimeCheck {
  let cohort: Cohort
  let formula: Formula

  /// - Throws: `ModelError` for the first variable of the formula whose groups share no time with any
  ///   other group.
  func check() throws(ModelError) {
    for name in formula.variables.sorted() {
      guard let column = cohort.columns[name] else { continue }
      let values: [String]
      switch column {
      case .text(let texts): values = texts
      case .numeric(let numbers):
        guard Set(numbers).count == 2 else { continue }
        values = numbers.map { "\($0)" }
      }
      try GroupTimeOverlap(groups: values, subjects: cohort.donorOfSample, times: cohort.time)
        .check(
          group: name, time: "time", subject: "donors",
          advice: "leave '\(name)' out of the formula, or scan each group by itself (--keep-donors)"
        )
    }
  }
}
