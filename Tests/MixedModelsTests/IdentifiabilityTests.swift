import LinearAlgebra
import Testing

@testable import MixedModels

@Suite("Identifiability")
struct IdentifiabilityTests {
  /// Donors with the given visit times and any extra columns.
  static func matrices(
    times: [[Double]], random: String, extra: String = "",
    columns: [String: ModelFrame.Column] = [:]
  ) throws -> ModelMatrices {
    let time = times.flatMap { $0 }
    let donors = times.indices.flatMap { donor in times[donor].map { _ in donor } }
    var all = columns
    all["time"] = .numeric(time)
    return try ModelMatricesBuilder(
      formula: Formula("y ~ time * genotype\(extra) + \(random)"),
      frame: ModelFrame(rowCount: time.count, columns: all)
    ).build(donorOfSample: donors)
  }

  static func error(_ matrices: ModelMatrices) -> ModelError? {
    #expect(throws: ModelError.self) {
      try IdentifiabilityCheck(matrices, group: "donor").check()
    }
  }

  @Test("refuses a random slope with two visits per donor and names the flag that can be fitted")
  func twoVisits() throws {
    let times = [[Double]](repeating: [0, 1], count: 10)
    let error = try Self.error(Self.matrices(times: times, random: "(1 + time | donor)"))
    #expect(error?.what.contains("20 observations cannot identify 20 random effects") == true)
    #expect(error?.advice?.contains("--random '(1 | donor)'") == true)
    try IdentifiabilityCheck(
      Self.matrices(times: times, random: "(1 | donor)"), group: "donor"
    ).check()
  }

  @Test("refuses one sample per donor under any random part")
  func oneSample() throws {
    let times = (0..<10).map { [Double($0)] }
    for random in ["(1 + time | donor)", "(1 | donor)"] {
      let error = try Self.error(Self.matrices(times: times, random: random))
      #expect(error?.what.contains("one sample") == true)
    }
  }

  @Test("refuses time that is constant within every donor")
  func constantTime() throws {
    let times = (0..<10).map { [Double](repeating: Double($0), count: 3) }
    let error = try Self.error(Self.matrices(times: times, random: "(1 + time | donor)"))
    #expect(error?.what.contains("'time' is constant within every donor") == true)
  }

  @Test("refuses fewer than five donors")
  func fewDonors() throws {
    let times = [[Double]](repeating: [0, 1, 2, 3, 4, 5], count: 4)
    let error = try Self.error(Self.matrices(times: times, random: "(1 + time | donor)"))
    #expect(error?.found == "4")
  }

  @Test("names constant and collinear columns")
  func collinear() throws {
    let times = [[Double]](repeating: [0, 1, 2], count: 6)
    let age = (0..<18).map { Double($0 % 5) }
    let constant = try Self.error(
      Self.matrices(
        times: times, random: "(1 | donor)", extra: " + flat",
        columns: ["flat": .numeric([Double](repeating: 2, count: 18))]))
    #expect(constant?.what.contains("'flat'") == true && constant?.found == "a constant")
    let combination = try Self.error(
      Self.matrices(
        times: times, random: "(1 | donor)", extra: " + age + both",
        columns: [
          "age": .numeric(age),
          "both": .numeric(zip(times.flatMap { $0 }, age).map { 3 * $0 - $1 }),
        ]))
    #expect(combination?.what.contains("'both'") == true)
    #expect(combination?.found == "a linear combination of time, age")
  }

  @Test("refuses more parameters than observations")
  func parameters() throws {
    let times = [[Double]](repeating: [0, 1], count: 5)
    var columns: [String: ModelFrame.Column] = [:]
    var random = TestRandom(seed: 1)
    for j in 0..<8 { columns["x\(j)"] = .numeric((0..<10).map { _ in random.normal() }) }
    let error = try Self.error(
      Self.matrices(
        times: times, random: "(1 | donor)",
        extra: columns.keys.sorted().map { " + \($0)" }.joined(), columns: columns))
    #expect(error?.found == "10 observations for 12 fixed effects")
  }
}
