import BlockGzip
import Longitudinal
import Testing

@Suite struct LaggedPairsTests {
  /// Pairs as "subject earlier>later run", by their times.
  private func pairs(
    _ table: [String], maximumGap: Double? = nil, covariates: [String] = [],
    header: String = "subject time x y"
  ) throws -> ([String], LaggedPairs) {
    let rows = try LagTable(table, header: header).rows(covariates: covariates)
    let pairs = try LaggedPairs(rows, maximumGap: maximumGap)
    let text = pairs.pairs.map { pair in
      #expect(rows.subjects[pair.row] == rows.subjects[pair.previous])
      #expect(pairs.runs[pair.run].subject == rows.subjects[pair.row])
      return "\(rows.subjects[pair.row]) \(Int(rows.times[pair.previous]))>"
        + "\(Int(rows.times[pair.row])) \(pair.run)"
    }
    return (text, pairs)
  }

  @Test func `a visit's past is the same subject's visit one step before`() throws {
    let (text, pairs) = try pairs([
      "a 0 1 2", "a 1 2 3", "a 2 5 1", "b 0 4 4", "b 1 3 2", "b 2 2 2",
    ])
    #expect(text == ["a 0>1 0", "a 1>2 0", "b 0>1 1", "b 1>2 1"])
    #expect(pairs.rule == .step(1))
    #expect(pairs.runs.map(\.pairCount) == [2, 2])
    #expect(pairs.droppedGaps == 0 && pairs.droppedVisits.isEmpty)
    #expect(pairs.gaps.least == 1 && pairs.gaps.mean == 1 && pairs.gaps.most == 1)
  }

  @Test func `rows may stand in any order`() throws {
    let sorted = [
      "a 0 1 2", "a 1 2 3", "a 2 5 1", "b 0 4 4", "b 1 3 2", "b 2 2 2", "b 4 1 1",
    ]
    let (wanted, _) = try pairs(sorted)
    for order in [[6, 5, 4, 3, 2, 1, 0], [3, 0, 5, 2, 6, 1, 4]] {
      #expect(try pairs(order.map { sorted[$0] }).0 == wanted)
    }
  }

  @Test func `a missed visit begins a new run, and the longer gap is counted`() throws {
    let (text, pairs) = try pairs([
      "a 0 1 2", "a 1 2 3", "a 3 5 1", "a 4 4 4", "a 5 3 2", "b 0 1 1", "b 2 2 2", "c 1 1 1",
    ])
    #expect(text == ["a 0>1 0", "a 3>4 1", "a 4>5 1"])
    #expect(pairs.runs.map(\.subject) == ["a", "a"])
    #expect(pairs.runs.map(\.pairCount) == [1, 2])
    #expect(pairs.droppedGaps == 2)
    #expect(pairs.subjectCount == 3)
    // b's visits are two steps apart; c has one.
    #expect(pairs.subjectsWithoutPair == 2)
  }

  @Test func `a visit without one of the processes is none, and its reason is counted`() throws {
    let (text, pairs) = try pairs([
      "a 0 1 2", "a 1 NA 3", "a 2 5 1", "a 3 4 4", "b 0 1 NA", "b 1 2 2", "b 2 NA NA", "b 3 1 1",
      "b 4 2 3", "NA 5 1 1", "b NA 1 1",
    ])
    #expect(text == ["a 2>3 0", "b 3>4 1"])
    #expect(pairs.droppedVisits["without x"] == 1)
    #expect(pairs.droppedVisits["without y"] == 1)
    #expect(pairs.droppedVisits["without both processes"] == 1)
    #expect(pairs.droppedVisits["without subject or time"] == 2)
  }

  @Test func `a visit without a covariate is none`() throws {
    let (text, pairs) = try pairs(
      ["a 0 1 2 3 u", "a 1 2 2 NA u", "a 2 3 2 1 u", "a 3 1 1 2 u", "b 0 1 1 1 v", "b 1 2 2 1 NA"],
      covariates: ["dose", "arm"], header: "subject time x y dose arm")
    #expect(text == ["a 2>3 0"])
    #expect(pairs.droppedVisits == ["without dose": 1, "without arm": 1])
  }

  @Test func `with a longest gap irregular times have pairs, up to it`() throws {
    let (text, pairs) = try pairs(
      ["a 0 1 2", "a 3 2 3", "a 10 5 1", "a 15 4 4", "b 2 1 1", "b 8 2 2"], maximumGap: 6)
    #expect(text == ["a 0>3 0", "a 10>15 1", "b 2>8 2"])
    #expect(pairs.droppedGaps == 1)
    #expect(pairs.gaps.least == 3 && pairs.gaps.most == 6)
    #expect(abs(pairs.gaps.mean - 14.0 / 3) < 1e-12)
  }

  @Test func `a step of many decimals is one step`() throws {
    let times = (0..<12).map { Double($0) * 0.1 }
    let (text, pairs) = try pairs(times.map { "a \($0) \($0 * $0) 1" })
    #expect(text.count == 11)
    #expect(pairs.droppedGaps == 0)
  }

  @Test func `irregular times without a longest gap are refused with their quartiles`() throws {
    let error = #expect(throws: InputError.self) {
      try pairs(["a 0 1 2", "a 3 2 3", "a 10 5 1", "a 15 4 4", "a 26 1 1", "a 28 1 1"])
    }
    #expect(error?.what.contains("irregular") == true)
    #expect(error?.found?.contains("gaps from 2 to 11, quartiles 3, 5 and 7") == true)
    #expect(error?.advice?.contains("--max-gap") == true)
  }

  @Test func `two rows of one subject at one time are refused with both lines`() throws {
    let error = #expect(throws: InputError.self) {
      try pairs(["a 0 1 2", "b 1 2 3", "a 1 1 1", "a 0 5 1"])
    }
    #expect(error?.line == 5)
    #expect(error?.found == "'a' at 0 in line 2 and line 5")
  }

  @Test func `visits out of reach of each other are refused`() throws {
    let error = #expect(throws: InputError.self) {
      try pairs(["a 0 1 2", "a 5 2 3", "b 0 1 1", "b 5 1 2"], maximumGap: 2)
    }
    #expect(error?.found?.contains("2 gaps") == true)
  }
}
