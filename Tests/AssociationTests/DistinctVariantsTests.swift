import Testing

@testable import Association
@testable import Genotypes

@Suite("Distinct variants of a batch")
struct DistinctVariantsTests {
  /// Six donors' dosages, many of them repeated; some monomorphic, some missing.
  private static func batch(seed: Int, count: Int) -> PreparedVariants {
    var state = UInt64(seed)
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    let pool = (0..<12).map { number -> [Float] in
      switch number {
      case 0: return [Float](repeating: 1, count: 6)
      case 1: return [0, 1, 2, .nan, 1, 0]
      // The mean of the others in the place of what is missing above.
      case 2: return [0, 1, 2, 0.8, 1, 0]
      case 3: return [Float](repeating: .nan, count: 6)
      default: return (0..<6).map { _ in Float(random(3)) }
      }
    }
    let chosen = (0..<count).map { _ in random(pool.count) }
    var filter = VariantFilter()
    filter.minimumFrequency = 0
    filter.minimumCount = 0
    filter.maximumMissing = 0.5
    return PreparedVariants(
      batch: DosageBatch(
        variants: chosen.indices.map {
          Variant(chromosome: 0, position: $0 + 1, id: "v\($0)", reference: "A", alternate: "C")
        },
        donorCount: 6, dosages: chosen.flatMap { pool[$0] }),
      firstIndex: 0, donors: [4, 1, 0, 3, 5, 2], filter: filter)
  }

  @Test("are the first of equal columns, and only tested ones", arguments: 1...6)
  func naive(seed: Int) {
    let batch = Self.batch(seed: seed, count: [0, 1, 5, 40, 200, 256][seed - 1])
    let distinct = DistinctVariants(batch)
    var columns: [[Double]] = []
    var firsts: [Int] = []
    #expect(distinct.slots.count == batch.variants.count)
    for index in batch.variants.indices {
      guard batch.summaries[index].verdict == .tested else {
        #expect(distinct.slots[index] == -1)
        continue
      }
      let column = Array(batch.dosages[(index * 6)..<(index * 6 + 6)])
      if !columns.contains(column) {
        columns.append(column)
        firsts.append(index)
      }
      #expect(distinct.slots[index] == columns.firstIndex(of: column))
    }
    #expect(distinct.representatives == firsts)
    #expect(seed < 4 || firsts.count < batch.variants.count / 2)
  }

  @Test("of donors in another order are those of the file read in that order")
  func reordered() {
    let order = [4, 1, 0, 3, 5, 2]
    let batch = Self.batch(seed: 3, count: 60)
    let moved = PreparedVariants(batch, from: order, to: order.reversed())
    #expect(moved.summaries == batch.summaries)
    for index in batch.variants.indices {
      let (before, after) = (batch.dosages, moved.dosages)
      for place in 0..<6 {
        let (a, b) = (before[index * 6 + place], after[index * 6 + 5 - place])
        #expect(a == b || (a.isNaN && b.isNaN))
      }
    }
    #expect(DistinctVariants(moved).slots == DistinctVariants(batch).slots)
  }
}
