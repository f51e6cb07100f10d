import BlockGzip

/// What to tell of an id that is not there.
enum NearIDs {
  /// The ids nearest to a wanted one, or the first five where none is near.
  ///
  /// Near is an id with the same part before its version (`ENSG00000100181.23`), or with few letters
  /// inserted, deleted or exchanged, of either case.
  static func text(_ wanted: String, among ids: [String]) -> String {
    let stem = Self.stem(wanted)
    let limit = max(1, wanted.count / 5)
    let near = ids.enumerated().compactMap { place, id -> (distance: Int, place: Int)? in
      if Self.stem(id) == stem { return (0, place) }
      guard abs(id.utf8.count - wanted.utf8.count) <= limit else { return nil }
      let distance = distance(Array(id.lowercased().utf8), Array(wanted.lowercased().utf8))
      return distance <= limit ? (distance, place) : nil
    }.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }
    guard near.isEmpty else {
      return "perhaps " + near.prefix(3).map { ids[$0.place] }.joined(separator: ", ")
    }
    return ids.isEmpty ? "of which there are none" : "such as \(InputError.list(ids))"
  }

  private static func stem(_ id: String) -> String {
    id.split(separator: ".").first.map { $0.lowercased() } ?? id
  }

  /// Levenshtein's distance, by rows of its table (Wagner and Fischer 1974,
  /// doi:10.1145/321796.321811).
  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(min(above, row[j]) + 1, diagonal + (a == b ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
