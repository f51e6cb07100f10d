import BlockGzip
import Simulation
import Testing

@Suite struct ScenarioTests {
  @Test(arguments: Scenario.allCases)
  func `equal options give equal bytes and another seed others`(_ scenario: Scenario) throws {
    let workspace = try Workspace()
    for (prefix, seed) in [("a", 1), ("b", 1), ("c", 2)] as [(String, UInt64)] {
      var options = ScenarioOptions(scenario)
      options.seed = seed
      _ = try ScenarioSimulation(options: options).write(prefix: "\(workspace.path)/\(prefix)")
    }
    let further: [String] =
      switch scenario {
      case .progression: ["future.tsv", "new.tsv"]
      case .risk: ["outcomes.tsv"]
      default: []
      }
    let suffixes = (["subjects.tsv", "truth.tsv", "tsv"] + further).sorted()
    #expect(workspace.names() == ["a", "b", "c"].flatMap { p in suffixes.map { "\(p).\($0)" } })
    for suffix in suffixes {
      let first = try workspace.bytes("a.\(suffix)")
      #expect(try workspace.bytes("b.\(suffix)") == first)
      #expect(try (workspace.bytes("c.\(suffix)") == first) == (suffix == "truth.tsv"))
    }
  }

  @Test(arguments: Scenario.allCases.filter { !$0.hasTrials })
  func `subjects, times and missing visits are those asked for`(_ scenario: Scenario) throws {
    let files = try ScenarioFiles(scenario, subjects: 40) {
      $0.times = [0, 1.5, 4, 8]
      $0.missing = 0.25
    }
    let subject = files.effects["subject"] ?? files.effects["patient"]
    #expect((subject ?? files.effects["patient:centre"])?.count == 40)
    if scenario != .progression { #expect(files.rows.count == 120) }
    // Ages, and items, are what others call times.
    if scenario != .centring, scenario != .responses {
      #expect(Set(files.rows.compactMap { $0["time"] }) == ["0", "1.5", "4", "8"])
    }
    #expect(files.rows.allSatisfy { $0.values.allSatisfy { !$0.isEmpty && $0 != "NA" } })
  }

  @Test func `progression has rows to predict and what they turned out to be`() throws {
    let files = try ScenarioFiles(.progression, subjects: 500)
    files.expectEffects("subject", ["(Intercept)", "time"])
    files.expectResiduals(
      of: "marker", sd: files.parameter("sd_residual"), trend: "time"
    ) { row in
      let time = ScenarioFiles.number(row, "time")
      return files.parameter("(Intercept)") + files.parameter("time") * time
        + files.random("subject", row["subject", default: ""], "time", time)
    }
    let new = try ScenarioFiles.rows(files.workspace.table("a.new.tsv"))
    let future = try ScenarioFiles.rows(files.workspace.table("a.future.tsv"))
    let unknown = new.filter { $0["marker"] == "NA" }
    #expect(
      unknown.map { [$0["subject"], $0["time"]] } == future.map { [$0["subject"], $0["time"]] })
    // 500 known subjects at 3 later times; 100 new ones, seen twice, at 6 visits and these.
    #expect(unknown.count == 500 * 3 + 100 * 9)
    #expect(new.count == unknown.count + 200)
    for row in unknown where row["subject", default: ""].hasPrefix("s") {
      #expect(["4", "4.5", "5.5"].contains(row["time"]))
    }
    for row in future where row["subject", default: ""].hasPrefix("s") {
      let time = ScenarioFiles.number(row, "time")
      let mean =
        files.parameter("(Intercept)") + files.parameter("time") * time
        + files.random("subject", row["subject", default: ""], "time", time)
      #expect(abs(ScenarioFiles.number(row, "mean") - mean) < 1e-4)
    }
    let errors = future.map {
      ScenarioFiles.number($0, "marker") - ScenarioFiles.number($0, "mean")
    }
    Moments(errors).expect(mean: 0, sd: files.parameter("sd_residual"), "errors to come")
  }

  @Test func `some subjects of the progression end early and some reach the threshold`() throws {
    let files = try ScenarioFiles(.progression, subjects: 500)
    let visits = Dictionary(grouping: files.rows) { $0["subject", default: ""] }
    let lost = visits.values.count { $0.count < 8 }
    // A chance of 0.3 each: 150 with an SD of 10.
    #expect(abs(lost - 150) < 40)
    #expect(visits.values.allSatisfy { $0.count >= 2 })
    let reached = visits.values.count { rows in
      rows.contains { ScenarioFiles.number($0, "marker") >= files.parameter("threshold") }
    }
    #expect((50...350).contains(reached))
  }

  @Test func `sizes out of range are refused by their option's name`() {
    let cases: [(String, (inout ScenarioOptions) -> Void)] = [
      ("donors", { $0.subjects = 5 }),
      ("times", { $0.times = [0] }),
      ("times", { $0.times = [0, 0] }),
      ("times", { $0.times = [-1, 0] }),
      ("times", { $0.times = [0, .nan] }),
      ("missing", { $0.missing = 0.9 }),
      ("missing", { $0.missing = .nan }),
      ("dispersion", { $0.dispersion = 0.5 }),
    ]
    for (name, change) in cases {
      var options = ScenarioOptions(.trial)
      change(&options)
      let error = #expect(throws: SimulationOptionError.self) { try options.validate() }
      #expect(error?.option == name)
    }
  }

  @Test func `counts vary by rows within limits`() throws {
    var options = ScenarioOptions(.counts)
    options.dispersion = 2
    try options.validate()
    for size in [-0.1, 2.1, .nan] {
      options.dispersion = size
      let error = #expect(throws: SimulationOptionError.self) { try options.validate() }
      #expect(error?.option == "dispersion")
    }
  }

  @Test(arguments: [Scenario.centring, .varianceTime, .counts])
  func `times that a scenario's parameters do not reach are refused`(_ scenario: Scenario) throws {
    var options = ScenarioOptions(scenario)
    options.missing = 0
    options.times = [0, 20]
    try options.validate()
    options.times = [0, 71]
    let error = #expect(throws: SimulationOptionError.self) { try options.validate() }
    #expect(error?.option == "times")
  }

  @Test func `a folder that is not there is an output error and leaves nothing`() throws {
    let workspace = try Workspace()
    let error = #expect(throws: OutputError.self) {
      try ScenarioSimulation(options: ScenarioOptions(.trial)).write(
        prefix: "\(workspace.path)/no/a")
    }
    #expect(error?.kind == .cannotCreate)
    #expect(workspace.names().isEmpty)
  }
}
