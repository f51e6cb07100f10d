import Distributions
import Testing

@testable import Association

@Suite("Permutations of donors")
struct DonorPermutationTests {
  private static func permutation(_ sizes: [Int]) -> (DonorPermutation, [Range<Int>]) {
    var start = 0
    let ranges = sizes.map { size -> Range<Int> in
      defer { start += size }
      return start..<(start + size)
    }
    return (DonorPermutation(patterns: ranges.map(Array.init)), ranges)
  }

  @Test func `keep donors within patterns of five and more`() {
    let (permutation, ranges) = Self.permutation([6, 2, 5, 3, 1])
    #expect(permutation.mixesPatterns)
    var random = RandomNumbers(seed: 1)
    var isMoved = false
    for _ in 0..<50 {
      let order = permutation.draw(&random)
      #expect(order.sorted() == Array(0..<17))
      for range in [ranges[0], ranges[2]] {
        #expect(range.allSatisfy { range.contains(order[$0]) })
      }
      isMoved = isMoved || ranges[1].contains { !ranges[1].contains(order[$0]) }
    }
    #expect(isMoved)
  }

  @Test func `mix all donors where too few are left over`() {
    let (permutation, ranges) = Self.permutation([8, 2])
    #expect(permutation.mixesPatterns)
    var random = RandomNumbers(seed: 2)
    let orders = (0..<50).map { _ in permutation.draw(&random) }
    #expect(orders.contains { order in ranges[0].contains { order[$0] >= 8 } })
    #expect(!Self.permutation([5, 7]).0.mixesPatterns)
  }

  @Test func `every donor goes to every place of its stratum equally often`() {
    let (permutation, _) = Self.permutation([5])
    var random = RandomNumbers(seed: 3)
    var counts = [Int](repeating: 0, count: 25)
    for _ in 0..<5000 {
      for (place, donor) in permutation.draw(&random).enumerated() {
        counts[5 * place + donor] += 1
      }
    }
    // Five standard errors of 1000.
    #expect(counts.allSatisfy { abs($0 - 1000) < 142 }, "\(counts)")
  }
}
