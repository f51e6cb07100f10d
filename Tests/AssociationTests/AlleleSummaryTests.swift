import Testing

@testable import Association

@Suite("Allele counts and the variant filter")
struct AlleleSummaryTests {
  static func summary(
    _ dosages: [Double], filter: VariantFilter = VariantFilter()
  ) -> (AlleleSummary, [Double]) {
    var copy = dosages
    let summary = copy.withUnsafeMutableBufferPointer { AlleleSummary($0, filter: filter) }
    return (summary, copy)
  }

  @Test("count the minor allele and leave missing dosages out")
  func counts() {
    var filter = VariantFilter()
    filter.maximumMissing = 0.5
    let (summary, imputed) = Self.summary([2, 2, 1, .nan, 2, 1.5], filter: filter)
    #expect(summary.frequency == 0.85)
    #expect(abs(summary.minorCount - 1.5) < 1e-15)
    #expect(summary.carriers == 1)
    #expect(imputed[3] == 1.7)
  }

  @Test(
    "judge a variant by the first reason that applies",
    arguments: [
      ([Double](repeating: .nan, count: 10), VariantVerdict.allMissing),
      ([0, 1, 2, 1, 0, 1, .nan, .nan, 2, 1], .tooManyMissing),
      ([Double](repeating: 1, count: 10), .monomorphic),
      ([Double](repeating: 0, count: 10), .monomorphic),
      ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5], .belowFrequency),
      ([0, 0, 0, 0, 0, 0, 1, 1, 1, 1], .belowCount),
      ([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], .tested), ([2, 2, 2, 2, 2, 1, 1, 1, 1, 1], .tested),
    ])
  func verdicts(dosages: [Double], verdict: VariantVerdict) {
    #expect(Self.summary(dosages).0.verdict == verdict)
  }

  @Test("test a variant exactly at the thresholds, on either side", arguments: [false, true])
  func thresholds(flipped: Bool) {
    var dosages = [Double](repeating: 0, count: 100)
    for i in 0..<10 { dosages[i] = 1 }
    if flipped { dosages = dosages.map { 2 - $0 } }
    #expect(Self.summary(dosages).0.verdict == .tested)
    dosages[0] = flipped ? 2 : 0
    #expect(Self.summary(dosages).0.verdict == .belowFrequency)
  }

  @Test("take a dosage as the decimal it was written as")
  func decimals() {
    for thousandths in 0...2000 {
      let text = Double(thousandths) / 1000
      #expect(PreparedVariants.written(Float(text)) == text)
    }
    let third = Float(1) / 3
    #expect(PreparedVariants.written(third) == Double(third))
    #expect(PreparedVariants.written(.nan).isNaN)
  }
}
