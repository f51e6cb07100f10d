/// How many donors were seen at each time, or in each interval where times are many.
struct TimeBars {
  let bars: [(from: Double, to: Double, count: Int)]
  /// All bars, and all dots below them with some room.
  let domain: ClosedRange<Double>

  private static let mostTimes = 40

  /// - Parameters:
  ///   - visits: the distinct times of each donor.
  ///   - range: of all times.
  init(visits: [[Double]], range: ClosedRange<Double>) {
    var counts: [Double: Int] = [:]
    for time in visits.joined() { counts[time, default: 0] += 1 }
    let times = counts.keys.sorted()
    let width = range.upperBound - range.lowerBound
    if times.count <= Self.mostTimes {
      let narrowest = zip(times, times.dropFirst()).map { $1 - $0 }.min() ?? 1
      let single = max(1, abs(range.lowerBound) / 10)
      let room = width > 0 ? max(width / 100, min(narrowest, width / 8)) * 0.35 : single / 20
      bars = times.map { ($0 - room, $0 + room, counts[$0] ?? 0) }
      let margin = width > 0 ? room * 1.3 : single
      domain = (range.lowerBound - margin)...(range.upperBound + margin)
      return
    }
    let step = width / Double(Self.mostTimes)
    var donors = [Int](repeating: 0, count: Self.mostTimes)
    for times in visits {
      // A donor counts once in an interval.
      let bins = Set(times.map { min(Self.mostTimes - 1, Int(($0 - range.lowerBound) / step)) })
      for bin in bins { donors[bin] += 1 }
    }
    bars = donors.enumerated().map { bin, count in
      let from = range.lowerBound + Double(bin) * step
      return (from, from + step, count)
    }
    domain = range.padded(0.015)
  }

  func draw(on drawing: inout Drawing, in area: PlotArea) {
    for bar in bars where bar.count > 0 {
      let left = area.x(bar.from)
      let top = area.y(Double(bar.count))
      drawing.rectangle(
        Rectangle(
          x: left, y: top, width: max(1, area.x(bar.to) - left - 0.5),
          height: area.inner.bottom - top), .bar)
    }
  }
}
