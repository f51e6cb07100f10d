/// A factor as numbers: the level of every row, levels numbered by their sorted names.
///
/// Strings are hashed once a row here; what needs levels takes the numbers.
struct FactorCodes: Sendable {
  private(set) var levelOfRow: [Int]
  /// Ascending, each the level of some row.
  private(set) var names: [String]

  /// The name of every row's level.
  var labels: [String] { levelOfRow.map { names[$0] } }

  init(_ texts: [String]) {
    var places: [String: Int] = [:]
    var distinct: [String] = []
    // Rows of one level often follow one another: its name is then not hashed again.
    var last = 0
    let numbers = texts.map { text in
      if !distinct.isEmpty, distinct[last] == text { return last }
      last = places[text] ?? distinct.count
      if last == distinct.count {
        places[text] = last
        distinct.append(text)
      }
      return last
    }
    let order = distinct.indices.sorted { distinct[$0] < distinct[$1] }
    var ranks = order
    for (rank, number) in order.enumerated() { ranks[number] = rank }
    names = order.map { distinct[$0] }
    levelOfRow = numbers.map { ranks[$0] }
  }

  /// Numbers as levels.
  ///
  /// - Parameter text: the name of a level.
  init(numbers: [Double], text: (Double) -> String = VariableCoding.levelText) {
    var places: [UInt64: Int] = [:]
    var distinct: [Double] = []
    let ids = numbers.map { value in
      if let known = places[value.bitPattern] { return known }
      places[value.bitPattern] = distinct.count
      distinct.append(value)
      return distinct.count - 1
    }
    self.init(ids: ids, texts: distinct.map(text))
  }

  /// The levels that some numbers of texts stand for; two may have the same text.
  private init(ids: [Int], texts: [String]) {
    let codes = FactorCodes(texts)
    names = codes.names
    levelOfRow = ids.map { codes.levelOfRow[$0] }
  }

  /// The combinations of two factors, names joined by `:`.
  func crossed(with other: FactorCodes) -> FactorCodes {
    var places: [Int: Int] = [:]
    var texts: [String] = []
    var last = (pair: -1, place: 0)
    let ids = levelOfRow.indices.map { row in
      let pair = levelOfRow[row] * other.names.count + other.levelOfRow[row]
      if pair == last.pair { return last.place }
      let place = places[pair] ?? texts.count
      if place == texts.count {
        places[pair] = place
        texts.append(names[levelOfRow[row]] + ":" + other.names[other.levelOfRow[row]])
      }
      last = (pair, place)
      return place
    }
    return FactorCodes(ids: ids, texts: texts)
  }
}
