import Testing

@testable import Association

@Suite("Donors of a genotype class")
struct GenotypeClassTests {
  private static func verdict(_ dosages: [Double], minimum: Int) -> VariantVerdict {
    var filter = VariantFilter()
    filter.minimumFrequency = 0
    filter.minimumCount = 0
    filter.maximumMissing = 0.5
    filter.minimumClassDonors = minimum
    var copy = dosages
    return copy.withUnsafeMutableBufferPointer { AlleleSummary($0, filter: filter).verdict }
  }

  @Test("are counted by best guess, in plain loops too")
  func counts() {
    let dosages = [0, 0.3, 0.5, 0.51, 1, 1.2, 1.49, 1.5, 1.51, 2, 2]
    let slow = [
      dosages.count { $0 <= 0.5 }, dosages.count { $0 > 0.5 && $0 < 1.5 },
      dosages.count { $0 >= 1.5 },
    ]
    let classes = GenotypeClasses(
      donors: dosages.count, refCarriers: dosages.count { $0 < 1.5 },
      altCarriers: dosages.count { $0 > 0.5 })
    #expect(classes.counts == slow)
    #expect(slow == [3, 4, 4])
  }

  @Test("must be enough in every class that occurs, missing dosages not counted")
  func verdicts() {
    let two: [Double] = [0, 0, 0, 1, 1, 1, 1, 2, 2, .nan]
    #expect(Self.verdict(two, minimum: 0) == .tested)
    #expect(Self.verdict(two, minimum: 2) == .tested)
    #expect(Self.verdict(two, minimum: 3) == .smallClass)
    // A class that does not occur is no obstacle.
    let absent: [Double] = [0, 0, 0, 0, 1, 1, 1, 1, .nan]
    #expect(Self.verdict(absent, minimum: 4) == .tested)
    #expect(Self.verdict(absent, minimum: 5) == .smallClass)
    // Nor does it matter which class is small.
    #expect(Self.verdict(absent.map { 2 - $0 }, minimum: 5) == .smallClass)
  }

  @Test("of one class alone have none to be compared with")
  func single() {
    let uncertain = [0.1, 0.2, 0.3, 0.4, 0.0, 0.2]
    #expect(Self.verdict(uncertain, minimum: 0) == .tested)
    #expect(Self.verdict(uncertain, minimum: 1) == .smallClass)
  }

  @Test("are judged after frequency and count, which name the variant first")
  func order() {
    var filter = VariantFilter()
    filter.minimumClassDonors = 100
    var dosages = [Double](repeating: 0, count: 50)
    dosages[0] = 1
    let verdict = dosages.withUnsafeMutableBufferPointer {
      AlleleSummary($0, filter: filter).verdict
    }
    #expect(verdict == .belowFrequency)
  }
}
