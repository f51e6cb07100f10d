import Testing

/// What `--compare-averaged` refuses, and how it is told which condition and which subjects are meant.
@Suite struct FitAveragedRefusalTests {
  @Test(arguments: [
    FitRefusal(
      "no condition within subjects", formula: "y ~ arm + time + (1 | patient)",
      flags: ["--compare-averaged"],
      words: ["no condition varies within subjects", "arm + time", "--compare-averaged"]),
    FitRefusal(
      "a condition between subjects", formula: "y ~ arm + site + (1 | patient)",
      flags: ["--compare-averaged", "--averaged-condition", "arm"],
      words: ["no condition varies", "'arm', constant within subjects"]),
    FitRefusal(
      "several conditions", formula: "y ~ site + weight + time + (1 | patient)",
      flags: ["--compare-averaged"],
      words: ["several conditions", "'site', 'weight'", "--averaged-condition COL"],
      cells: FitRefusal.set(5) { $0[2] == "0" || $0[2] == "3" ? "1" : "2" }),
    FitRefusal(
      "a condition that the model lacks", formula: "y ~ site + time + (1 | patient)",
      flags: ["--compare-averaged", "--averaged-condition", "arm"],
      words: ["--averaged-condition", "'arm'", "one of site"]),
    FitRefusal(
      "a number of many values", formula: "y ~ site + time + (1 | patient)",
      flags: ["--compare-averaged", "--averaged-condition", "time"],
      words: ["'time', a number of many values", "one of site"]),
    FitRefusal(
      "subjects that are no grouping factor", formula: "y ~ site + time + (1 | patient)",
      flags: ["--compare-averaged", "--averaged-subject", "arm"],
      words: ["--averaged-subject", "'arm'", "one of patient"]),
    FitRefusal(
      "crossed grouping factors", formula: "y ~ site + (1 | patient) + (1 | age)",
      flags: ["--compare-averaged"],
      words: ["cross", "patient, age", "--averaged-subject COL"],
      cells: { rows in
        for row in 1..<rows.count { rows[row][3] = "\(40 + (row * 5) % 7)" }
      }),
    FitRefusal(
      "a condition of averages without them", exitCode: 64,
      flags: ["--averaged-condition", "site", "--averaged-subject", "patient"],
      words: ["--averaged-condition, --averaged-subject", "--compare-averaged"]),
    FitRefusal(
      "averages of counts", exitCode: 64, flags: ["--family", "poisson", "--compare-averaged"],
      words: ["--compare-averaged is of linear models", "--family"]),
    FitRefusal(
      "two subjects with both conditions", formula: "y ~ site + time + (1 | patient)",
      flags: ["--compare-averaged"],
      words: ["needs more subjects", "2 patient with site = z and x", "three or more"],
      cells: { rows in
        for row in 9..<rows.count { rows[row][6] = rows[row][0] < "p08" ? "x" : "z" }
      }),
  ])
  func `what cannot be averaged is refused`(_ refusal: FitRefusal) throws { try refusal.check() }

  @Test func `condition and subjects that are named are taken`() throws {
    let folder = try ScratchFolder()
    try TrialTable(item: { $1 % 8 }, itemDeviation: 1).write(to: folder)
    let items = try AveragedReport(
      "y ~ condition + (1 | subject) + (1 | item)", ["--averaged-subject", "item"], in: folder)
    #expect(items.averaged.first?.subject == "item" && items.averaged.first?.nSubjects == 8)
    let named = try AveragedReport(
      "y ~ condition + factor(x) + (1 + condition | subject) + (1 | item)",
      ["--averaged-condition", "condition"], in: folder)
    // The part that holds the condition has the subjects.
    #expect(named.averaged.first?.subject == "subject")
  }
}
