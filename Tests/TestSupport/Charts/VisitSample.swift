import Plots

/// Visits of cohorts.
enum VisitSample {
  static func regular(donors: Int, times: [Double], missing: Double) -> VisitPlot {
    var numbers = SampleNumbers(seed: 29)
    let visits = (0..<donors).map { _ in
      let kept = times.filter { _ in numbers.uniform() >= missing }
      return kept.isEmpty ? [times[0]] : kept
    }
    return VisitPlot(visits: visits, timeAxis: AxisLabel("Time", unit: "months"))
  }

  static func irregular(donors: Int) -> VisitPlot {
    var numbers = SampleNumbers(seed: 31)
    let visits = (0..<donors).map { _ in
      var time = numbers.uniform() * 2
      return (0..<(1 + Int(numbers.uniform() * 8))).map { _ in
        time += 0.3 + numbers.uniform() * 1.4
        return time
      }
    }
    return VisitPlot(visits: visits, timeAxis: AxisLabel("Time since diagnosis", unit: "years"))
  }
}
