import Foundation
import TestSupport
import Testing

/// What `slopeqtl locus` says of models beyond one tested column and Gaussian expression.
@Suite struct LocusModelTests {
  private static func text(
    _ flags: [String], gene: String, in folder: ScratchFolder
  ) throws -> String {
    let shown = try Command.slopeqtl(
      ["locus", "--gene", gene, "--quiet"] + CohortFiles.inputs + flags, in: folder)
    #expect(shown.exitCode == 0, "\(shown.errors)")
    // Sentences are wrapped.
    return shown.output.split(whereSeparator: { $0 == " " || $0 == "\n" }).joined(separator: " ")
  }

  @Test("a model without random slopes is said to assume equal slopes")
  func equalSlopes() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles(reference: "cohort_missing")
    try cohort.write(to: folder)
    let flags = CohortFiles.everyPair + ["--random", "(1 | donor)"]
    let text = try Self.text(flags, gene: cohort.geneIDs[0], in: folder)
    #expect(text.contains("The model assumes that all donors have one slope over time"))
    #expect(text.contains("--random '(1 + time | donor)'"))
    #expect(!text.contains("the model finds"))
    let other = try Self.text(CohortFiles.everyPair, gene: cohort.geneIDs[0], in: folder)
    #expect(!other.contains("assumes"))
  }

  /// The model is fitted by other code than the row; both stop within 5e-11 of the optimum in deviance.
  @Test(
    "tests of several columns are those of the row, with their degrees of freedom",
    arguments: [
      ["--time-basis", "poly:2"], ["--time-basis", "ns:3"],
      ["--formula", "expression ~ factor(time) * genotype + (1 + time | donor)"],
      ["--time-basis", "poly:2", "--df", "kenward-roger"],
    ])
  func joint(_ flags: [String]) throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles(reference: "cohort_missing")
    try cohort.write(to: folder)
    let gene = cohort.geneIDs[2]
    let locus = try LocusReport(gene, CohortFiles.everyPair + flags, in: folder)
    let row = try locus.part("row")
    let tests = try #require(try locus.part("model")["joint_tests"] as? [[String: Any]])
    let test = try #require(tests.first)
    for (name, column) in [
      ("statistic", "stat_gi"), ("df1", "df1_gi"), ("df2", "df_gi"), ("p", "pval_gi"),
    ] {
      let value = try #require(test[name] as? Double)
      let expected = try #require(row[column] as? Double)
      #expect(abs(value - expected) <= 1e-4 * abs(expected), "\(name)")
    }
    #expect((test["terms"] as? [String])?.count == test["df1"] as? Int)
    // All columns with genotype are one more.
    #expect(tests.count == 2)
    #expect(tests[1]["df1"] as? Int == (test["df1"] as? Int).map { $0 + 1 })
    let text = try Self.text(CohortFiles.everyPair + flags, gene: gene, in: folder)
    #expect(text.contains("F num df den df p genotype × time"))
    #expect(text.contains("The F test of the"))
  }

  @Test("a factor of time has the data's levels and effects at the observed times")
  func factor() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles(reference: "cohort_missing")
    try cohort.write(to: folder)
    let times = Set(cohort.samples.dropFirst().compactMap { Double($0[2]) }).sorted()
    let gene = cohort.geneIDs[2]
    let flags =
      CohortFiles.everyPair + [
        "--formula", "expression ~ factor(time) * genotype + (1 + time | donor)",
      ]
    let locus = try LocusReport(gene, flags, in: folder)
    let terms = try locus.coefficients()
    func estimate(_ term: String) throws -> Double {
      try #require(terms[term]?["estimate"] as? Double, "\(term) \(terms.keys.sorted())")
    }
    let course = try #require(locus.object["course"] as? [[String: Any]])
    #expect(course.compactMap { $0["time"] as? Double } == times)
    for (time, point) in zip(times, course) {
      let level = time == time.rounded() ? "\(Int(time))" : "\(time)"
      let own = time == times[0] ? 0 : try estimate("factor(time)\(level):genotype")
      let effect = try #require(point["estimate"] as? Double)
      #expect(abs(effect - own - (try estimate("genotype"))) <= 1e-9)
    }
    let text = try Self.text(flags, gene: gene, in: folder)
    #expect(text.contains("Effect of one allele over time"))
  }

  @Test("counts and binary outcomes have their model in full", arguments: ["poisson", "binomial"])
  func family(_ family: String) throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles(simulating: [
      "--donors", "60", "--times", "5", "--genes", "3", "--variants", "40", "--chromosomes", "1",
      "--imputed-fraction", "0", "--family", family,
    ])
    try cohort.write(to: folder)
    let flags =
      ["--family", family, "--random", "(1 | donor)"]
      + (family == "poisson" ? ["--offset", "log_size"] : [])
    let gene = cohort.geneIDs[0]
    let locus = try LocusReport(gene, flags, in: folder)
    let row = try locus.part("row")
    let terms = try locus.coefficients()
    for (name, term) in [("b_g", "genotype"), ("b_i", "time"), ("b_gi", "time:genotype")] {
      for (key, column) in [("estimate", name), ("se", name + "_se")] {
        let value = try #require(terms[term]?[key] as? Double)
        let expected = try #require(row[column] as? Double)
        // The same code fits both.
        #expect(abs(value - expected) <= 1e-9 * abs(expected), "\(name) \(key)")
      }
    }
    let model = try locus.part("model")
    #expect(model["deviance"] as? Double == row["deviance"] as? Double)
    let components = try #require(model["variance_components"] as? [[String: Any]])
    let deviation = try #require(components.first?["sd_or_correlation"] as? Double)
    #expect(abs(deviation - (try #require(row["sd_intercept"] as? Double))) <= 1e-9)
    let text = try Self.text(flags + ["--plot", "figure.svg"], gene: gene, in: folder)
    let link = family == "poisson" ? "log" : "logit"
    for words in ["Fixed effects, on the \(link) scale:", "z value", "Laplace's approximation"] {
      #expect(text.contains(words), "\(words)")
    }
    #expect(!text.contains("slopeqtl fit"))
    let svg = try String(contentsOfFile: folder.path("figure.svg"), encoding: .utf8)
    #expect(svg.contains("Not offered for --family \(family)"))
    #expect(svg.contains("slopes are not offered for --family"))
    #expect(svg.contains("\(link) scale") && !svg.contains("change in expression"))
    // Captions of pictures that are not there would mislead.
    #expect(!svg.contains("Each thin line is a donor"))
    #expect(!svg.contains("No donor has a measurement"))
  }
}
