import Testing

@testable import Results

@Suite struct TableSpanTests {
  /// Random stretches of three chromosomes.
  private func spans(_ state: inout UInt64) -> [TableSpan] {
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    return (0..<random(9)).map { _ in
      let start = random(40)
      return TableSpan(chromosome: random(3), positions: start...(start + random(8)))
    }
  }

  /// Every place one by one.
  private func places(_ spans: [TableSpan]) -> Set<[Int]> {
    Set(spans.flatMap { span in span.positions.map { [span.chromosome, $0] } })
  }

  @Test func `stretches are joined and cut as sets of places are`() {
    var state: UInt64 = 5
    for _ in 0..<300 {
      let (left, right) = (spans(&state), spans(&state))
      let (a, b) = (TableSpan.joined(left), TableSpan.joined(right))
      #expect(places(a) == places(left))
      let common = TableSpan.common(a, b)
      #expect(places(common) == places(left).intersection(places(right)))
      for list in [a, common] {
        for (one, next) in zip(list, list.dropFirst()) {
          #expect(
            (one.chromosome, one.positions.upperBound)
              < (next.chromosome, next.positions.lowerBound))
        }
      }
    }
  }

  @Test(arguments: [
    ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "abc", 0), ("ab", "ba", 2),
  ])
  func `distances of ids are Levenshtein's`(left: String, right: String, distance: Int) {
    #expect(NearIDs.distance(Array(left.utf8), Array(right.utf8)) == distance)
  }

  @Test(arguments: [
    ("ENSG01", "perhaps ENSG01.3"), ("ensg02.7", "perhaps ENSG02.1"), ("BRCA2", "perhaps BRCA22"),
    ("nothing", "such as ENSG01.3, ENSG02.1, BRCA22 (3 in all)"),
  ])
  func `near ids are named and else the first`(wanted: String, text: String) {
    #expect(NearIDs.text(wanted, among: ["ENSG01.3", "ENSG02.1", "BRCA22"]) == text)
  }
}
