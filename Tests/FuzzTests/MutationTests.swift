import Testing

/// Damaged inputs without a sanitizer: seconds of what `workflows/fuzz.sh` does for minutes.
@Suite("Readers of damaged input")
struct MutationTests {
  /// SplitMix64: the same inputs in every run.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let inputsPerTarget = 4000

  @Test("keep what is promised of any input", arguments: FuzzTargets.names)
  func mutations(name: String) throws {
    let target = try #require(FuzzTargets.all.first { $0.name == name })
    let folder = try FuzzFolder()
    let seeds = try target.seeds(in: folder)
    var random = Generator(state: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }))
    for seed in seeds { try target.check(seed, in: folder) }
    for number in 0..<Self.inputsPerTarget {
      let seed = seeds[number % seeds.count]
      let input = Self.damaged(seed, words: target.words, using: &random)
      do { try target.check(input, in: folder) } catch {
        let bytes = Self.hexadecimal(input)
        Issue.record("\(name), input \(number): \(error)\nits bytes: \(bytes)")
        return
      }
    }
  }

  /// A seed with one to four places changed.
  private static func damaged(
    _ seed: [UInt8], words: [String], using random: inout Generator
  ) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      guard !bytes.isEmpty else { break }
      let place = Int.random(in: bytes.indices, using: &random)
      let end = min(bytes.count, place + Int.random(in: 1...12, using: &random))
      switch Int.random(in: 0..<7, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes.removeSubrange(place..<end)
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 4:
        bytes.insert(contentsOf: Array((words.randomElement(using: &random) ?? "").utf8), at: place)
      case 5: bytes.insert(bytes.randomElement(using: &random) ?? 0, at: place)
      default: bytes.removeLast(bytes.count - place)
      }
    }
    return bytes
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
