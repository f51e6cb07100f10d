import BlockGzip
import MixedModels

/// The rows that predictors ask about, and what they make of them.
struct AskedRows {
  /// Times asked about, of every subject.
  let times: [Double]
  let functions: [TrajectoryFunction]
  /// By predictor: the place of its first row.
  let ofPredictor: [Int]

  init(_ data: RiskData, predictors: [RiskPredictor]) throws(InputError) {
    var times: [Double] = []
    func place(_ time: Double) -> Int {
      if let found = times.firstIndex(of: time) { return found }
      times.append(time)
      return times.count - 1
    }
    var functions: [TrajectoryFunction] = []
    var places: [Int] = []
    for predictor in predictors {
      switch predictor.kind {
      case .effect(let name):
        functions.append(.effect(name ?? ""))
        places.append(0)
      case .level(let time), .exceed(_, let time):
        places.append(place(time))
        functions.append(.rows([places[places.count - 1]: 1]))
      case .slope(let time):
        let range = try Self.range(data, predictor)
        // A central difference is exact up to squares; a line's slope is that of its ends.
        let step = time == nil ? 0 : 1e-3 * (range.last - range.first)
        let (early, late) = time.map { ($0 - step, $0 + step) } ?? (range.first, range.last)
        let weight = 1 / (late - early)
        let (a, b) = (place(early), place(late))
        functions.append(.rows([a: -weight, b: weight]))
        places.append(a)
      }
    }
    if !times.isEmpty, let predictor = predictors.first(where: \.needsTime) {
      _ = try Self.range(data, predictor)
    }
    self.times = times
    self.functions = functions
    ofPredictor = places
  }

  /// The first and the last time that anybody was measured at.
  static func range(
    _ data: RiskData, _ predictor: RiskPredictor
  ) throws(InputError) -> (first: Double, last: Double) {
    guard let time = data.time, case .numeric(let values)? = data.trajectories.frame.columns[time]
    else {
      throw InputError(
        "a predictor needs a time, and the model has no random slope of a number",
        path: data.trajectories.table.path, line: 1, found: "'\(predictor.name)'",
        expected: "a column of time", advice: "name it with --time")
    }
    let used = data.rows.flatMap { $0.map { values[$0] } }
    guard let first = used.min(), let last = used.max(), first < last else {
      throw InputError(
        "all measurements are of one time", path: data.trajectories.table.path, line: 1,
        column: time, found: "one value", expected: "several times")
    }
    return (first, last)
  }

  /// Every subject's measured rows, then those asked about: its last row at other times.
  func questions(_ data: RiskData) throws(InputError) -> SubjectQuestions {
    let frame = data.trajectories.frame
    var sources: [Int] = []
    var labels: [String] = []
    var rows: [[Int]] = []
    for (subject, own) in data.rows.enumerated() {
      rows.append(Array(sources.count..<(sources.count + own.count)))
      sources += own
      // No subject of a fit has such a name: those are numbers.
      labels += own.map { _ in "\u{1}\(subject)" }
    }
    let measured = sources.count
    var timeColumn: [Double]?
    if let time = data.time, case .numeric(let values)? = frame.columns[time] {
      timeColumn = values
    }
    for (subject, own) in data.rows.enumerated() {
      let last = own.max { (timeColumn?[$0] ?? 0) < (timeColumn?[$1] ?? 0) } ?? 0
      sources += times.map { _ in last }
      labels += times.map { _ in "\u{1}\(subject)" }
    }
    var columns = frame.columns.mapValues { FitData.selecting($0, sources) }
    columns[data.subject] = .text(labels)
    if let time = data.time, let values = timeColumn, !times.isEmpty {
      columns[time] = .numeric(
        sources.prefix(measured).map { values[$0] } + data.rows.flatMap { _ in times })
    }
    let asked = ModelFrame(
      rowCount: sources.count, columns: columns, referenceLevels: frame.referenceLevels)
    do throws(ModelError) {
      let responses = try data.formula.response(of: frame)
      return SubjectQuestions(
        frame: asked, responses: sources.prefix(measured).map { responses[$0] }, rows: rows,
        askedCount: times.count)
    } catch {
      throw data.trajectories.error(error)
    }
  }
}

extension RiskPredictor {
  /// Whether it is of a time, or along it.
  var needsTime: Bool { if case .effect = kind { false } else { true } }
}
