import Testing

@testable import MixedModels

@Suite("Factors as numbers")
struct FactorCodesTests {
  static func slow(_ texts: [String]) -> (names: [String], levels: [Int]) {
    let names = Set(texts).sorted()
    return (names, texts.map { text in names.firstIndex(of: text) ?? -1 })
  }

  @Test(
    "are those of sorted sets",
    arguments: [
      [], ["b"], ["b", "a", "b", "", "a"], ["subject10", "subject1", "subject2", "subject10"],
      ["longer than fifteen bytes 2", "longer than fifteen bytes 1"], ["a", "a\u{0}", "a"],
      // The same letter in two encodings is one level, and the Kelvin sign is K.
      ["é", "e\u{301}", "z", "K", "\u{212A}"],
      (0..<500).map { "s\($0 * 7919 % 311)" },
    ])
  func areSorted(texts: [String]) {
    let codes = FactorCodes(texts)
    let slow = Self.slow(texts)
    #expect(codes.names == slow.names)
    #expect(codes.levelOfRow == slow.levels)
    #expect(codes.labels == texts)
  }

  @Test("name numbers as R does, 0 and −0 being one")
  func numbers() {
    let codes = FactorCodes(numbers: [10, 2, 0, -0.0, 2.5, 10])
    #expect(codes.names == ["0", "10", "2", "2.5"])
    #expect(codes.levelOfRow == [1, 2, 0, 0, 3, 1])
  }

  @Test("combine by joined names, equal ones being one")
  func crossed() {
    let codes = FactorCodes(["a", "a:b", "a"]).crossed(with: FactorCodes(["b:c", "c", "d"]))
    #expect(codes.names == ["a:b:c", "a:d"])
    #expect(codes.levelOfRow == [0, 0, 1])
  }
}
