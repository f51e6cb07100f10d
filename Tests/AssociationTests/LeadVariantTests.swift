import Testing

@testable import Association
@testable import Genotypes
@testable import MixedModels

@Suite("The lead variant")
struct LeadVariantTests {
  /// A pair as it truly is, and as the fast fit sees it.
  private struct Pair {
    var exact: Double
    /// nil where the pair was fitted exactly at once.
    var fast: Double?
    var position: Int
    var fileIndex: Int
  }

  private struct Random {
    var state: UInt64
    mutating func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    mutating func shuffled<Element>(_ values: [Element]) -> [Element] {
      values.map { ($0, uniform()) }.sorted { $0.1 < $1.1 }.map(\.0)
    }
  }

  private static func summary() -> AlleleSummary {
    var dosages = [0.0, 1, 2]
    return dosages.withUnsafeMutableBufferPointer { AlleleSummary($0, filter: VariantFilter()) }
  }

  private static func candidate(_ pair: Pair) -> LeadVariant.Candidate {
    LeadVariant.Candidate(
      logPValue: pair.fast ?? pair.exact,
      variant: Variant(
        chromosome: 0, position: pair.position, id: "", reference: "A", alternate: "C"),
      fileIndex: pair.fileIndex, summary: summary(),
      fit: pair.fast == nil ? .failed(.numerical) : nil, dosages: [], isReported: true)
  }

  /// Pairs in file order: clusters of p-values within the fast fit's error and within ties of each
  /// other, and ties exactly at the smallest.
  private static func pairs(seed: Int, exactShare: Double) -> [Pair] {
    var random = Random(state: UInt64(seed))
    let smallest = -4.0
    return (0..<60).map { index in
      let offset: Double
      switch Int(random.uniform() * 5) {
      case 0: offset = 0
      case 1: offset = 0.9e-9 * random.uniform()
      case 2: offset = 1.1e-9 + 3e-9 * random.uniform()
      case 3: offset = 4e-3 * random.uniform()
      default: offset = 3 * random.uniform()
      }
      let exact = smallest + (seed % 3 == 0 ? max(offset, index < 30 ? 1e-3 : 0) : offset)
      let isExact = random.uniform() < exactShare
      // The whole of what a fast fit may be wrong by, now and then.
      let error =
        LeadVariant.approximation * (random.uniform() < 0.3 ? 0.999 : 2 * random.uniform() - 1)
      return Pair(
        exact: exact, fast: isExact ? nil : exact + error, position: 10 + index / 3,
        fileIndex: index)
    }
  }

  /// The definition: of the p-values within 1e-9 of the smallest, the first.
  private static func leader(_ pairs: [Pair]) -> Pair? {
    guard let smallest = pairs.map(\.exact).min() else { return nil }
    return pairs.filter { $0.exact <= smallest + 1e-9 }
      .min { ($0.position, $0.fileIndex) < ($1.position, $1.fileIndex) }
  }

  /// What a scan does: chunks, merged in some order, then exact fits of what is open.
  private static func found(_ chunks: [[Pair]]) -> LeadVariant {
    var lead = LeadVariant()
    for chunk in chunks {
      var own = LeadVariant()
      for pair in chunk where own.accepts(pair.fast ?? pair.exact, isExact: pair.fast == nil) {
        own.add(candidate(pair))
      }
      lead.add(own)
    }
    let byIndex = Dictionary(
      uniqueKeysWithValues: chunks.joined().map { ($0.fileIndex, $0) })
    lead.settle(
      lead.candidates.map { candidate in
        var settled = candidate
        settled.fit = .failed(.numerical)
        settled.logPValue = byIndex[candidate.fileIndex]?.exact ?? .nan
        return settled
      })
    return lead
  }

  @Test(
    "is the first of the smallest exact p-values, however variants are split and shuffled",
    arguments: 1...20, [0.0, 0.4, 1.0])
  func leader(seed: Int, exactShare: Double) throws {
    let pairs = Self.pairs(seed: seed, exactShare: exactShare)
    let expected = try #require(Self.leader(pairs))
    var random = Random(state: UInt64(1000 + seed))
    for size in [1, 7, 25, 60] {
      let chunks = stride(from: 0, to: pairs.count, by: size).map {
        Array(pairs[$0..<min($0 + size, pairs.count)])
      }
      for attempt in 0..<4 {
        let lead = Self.found(
          attempt == 0 ? chunks : random.shuffled(chunks.map { random.shuffled($0) }))
        #expect(lead.leader?.fileIndex == expected.fileIndex)
        #expect(lead.leader?.logPValue == expected.exact)
      }
    }
  }

  @Test("candidates are few: only those whose exact fit may lead")
  func candidates() {
    var lead = LeadVariant()
    for index in 0..<1000 {
      let pair = Pair(
        exact: 0, fast: -Double(index % 500) / 50, position: index, fileIndex: index)
      if lead.accepts(pair.fast ?? 0, isExact: false) { lead.add(Self.candidate(pair)) }
    }
    #expect(lead.candidates.map(\.fileIndex) == [499, 999])
    #expect(lead.accepts(-9.98 + 2 * LeadVariant.approximation, isExact: false))
    #expect(!lead.accepts(-9.97, isExact: false))
    #expect(!lead.accepts(-9.975, isExact: true))
  }

  @Test("there is none without p-values, nor after exact fits that fail")
  func none() {
    var lead = LeadVariant()
    #expect(lead.leader == nil)
    #expect(!lead.accepts(.nan, isExact: true))
    lead.add(Self.candidate(Pair(exact: 0, fast: -3, position: 1, fileIndex: 0)))
    var failed = lead.candidates
    failed[0].fit = .failed(.numerical)
    failed[0].logPValue = .nan
    lead.settle(failed)
    #expect(lead.leader == nil)
  }
}
