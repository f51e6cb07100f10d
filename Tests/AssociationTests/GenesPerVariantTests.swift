import Testing

@testable import Association

@Suite("Genes near a variant")
struct GenesPerVariantTests {
  @Test("are windows over the positions they cover, as position by position")
  func naive() {
    var state: UInt64 = 5
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    for _ in 0..<50 {
      let chromosomes = (0..<(1 + random(3))).map { _ in
        (0..<random(12)).map { _ -> ClosedRange<Int> in
          let start = 1 + random(100)
          return start...(start + random(30))
        }
      }
      var covered = 0
      var sum = 0
      for windows in chromosomes {
        for position in 1...200 {
          let near = windows.filter { $0.contains(position) }.count
          sum += near
          covered += near > 0 ? 1 : 0
        }
      }
      let expected = covered == 0 ? 0 : Double(sum) / Double(covered)
      #expect(GenesPerVariant.mean(of: chromosomes) == expected)
    }
  }
}
