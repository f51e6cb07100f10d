import Foundation
import Testing

/// `slopeqtl simulate` as a user runs it.
@Suite struct SimulateCommandTests {
  private let small = ["--donors", "30", "--genes", "4", "--variants", "60"]

  @Test func `equal flags give equal bytes and another seed gives others`() throws {
    let folder = try ScratchFolder()
    for (prefix, seed) in [("one", "5"), ("two", "5"), ("other", "6")] {
      let result = try Command.slopeqtl(
        ["simulate", "--out", prefix, "--seed", seed] + small, in: folder)
      #expect(result.exitCode == 0)
      #expect(result.output.isEmpty)
    }
    let suffixes = folder.names(startingWith: "one.").map { $0.dropFirst(4) }
    #expect(
      suffixes == [
        "bed.gz", "bed.gz.tbi", "covariates.txt", "samples.tsv", "truth.tsv", "vcf.gz",
        "vcf.gz.tbi",
      ])
    for suffix in suffixes {
      #expect(try folder.bytes("one.\(suffix)") == folder.bytes("two.\(suffix)"), "\(suffix)")
    }
    #expect(try folder.bytes("one.bed.gz") != folder.bytes("other.bed.gz"))
  }

  @Test func `a scan finds the effects that were planted`() throws {
    let folder = try ScratchFolder()
    let flags = [
      "--donors", "80", "--genes", "6", "--variants", "60", "--dynamic-fraction", "0.5",
      "--dynamic-effect", "0.5", "--maf", "0.2,0.5", "--seed", "2",
    ]
    #expect(try Command.slopeqtl(["simulate", "--out", "c"] + flags, in: folder).exitCode == 0)
    let inputs = [
      "--vcf", "c.vcf.gz", "--bed", "c.bed.gz", "--samples", "c.samples.tsv", "--cov",
      "c.covariates.txt",
    ]
    let rows = try CohortFiles.scan(inputs: inputs, in: folder).byPair
    let planted = try ResultTable(path: folder.path("c.truth.tsv")).rows
      .filter { $0["variant_id"] != "NA" && $0.number("b_gi") != 0 }
    #expect(planted.count == 3)
    for truth in planted {
      let row = try #require(rows[truth.pair])
      // Ten standard errors from 0 by design, so that chance (4 SE in three pairs) stays below
      // 2e-4.
      #expect(abs(row.number("b_gi") - truth.number("b_gi")) < 4 * row.number("b_gi_se"))
      #expect(row.number("pval_gi") < 1e-6)
    }
  }

  @Test func `flags that mean nothing and folders that are not there are refused`() throws {
    let folder = try ScratchFolder()
    for (flags, code, words) in [
      (["--donors", "1"], 64, ["--donors 1"]),
      (["--missing", "0.9", "--times", "3"], 64, ["--missing 0.9", "2 of 3 visits"]),
      (["--times", "soon"], 64, ["soon"]),
      (["--vcf", "absent.vcf", "--variants", "5"], 64, ["--variants", "--vcf"]),
      (["--vcf", "absent.vcf", "--structure", "0.1"], 64, ["--structure", "--vcf"]),
      (["--structure-slope", "0.1"], 64, ["--structure-slope 0.1", "only with --structure"]),
      (["--residual-skewness", "2"], 64, ["--residual-skewness 2", "below 2"]),
      (["--vcf", "absent.vcf"], 66, ["absent.vcf", "No such file"]),
      (["--out", "absent/c"], 73, ["absent/c", "No such file"]),
    ] as [([String], Int32, [String])] {
      let result = try Command.slopeqtl(["simulate", "--out", "c"] + flags, in: folder)
      #expect(result.exitCode == code, "\(flags) \(result.errors)")
      #expect(result.missing(words) == [], "\(flags) \(result.errors)")
    }
    #expect(folder.names() == [])
  }

  @Test(arguments: [
    "trial", "trial-variances", "centres", "variance-time", "serial", "progression", "coupling",
    "centring", "cross-lag",
  ])
  func `a scenario is written in the same bytes again and with another seed in others`(
    scenario: String
  ) throws {
    let folder = try ScratchFolder()
    for (prefix, seed) in [("one", "5"), ("two", "5"), ("other", "6")] {
      let result = try Command.slopeqtl(
        [
          "simulate", "--scenario", scenario, "--out", prefix, "--seed", seed, "--donors", "20",
          "--times", "0,1,2", "--missing", "0.1",
        ], in: folder)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.output.isEmpty && result.errors.contains("20 subjects"))
    }
    let files = folder.names(startingWith: "one.").map { $0.dropFirst(4) }
    #expect(Set(files).isSuperset(of: ["tsv", "truth.tsv", "subjects.tsv"]))
    #expect(files.contains("new.tsv") == (scenario == "progression"))
    for suffix in files {
      #expect(try folder.bytes("one.\(suffix)") == folder.bytes("two.\(suffix)"), "\(suffix)")
    }
    #expect(try folder.bytes("one.tsv") != folder.bytes("other.tsv"))
  }

  @Test func `flags of a cohort are refused by name beside a scenario`() throws {
    let folder = try ScratchFolder()
    for (flags, words) in [
      (["--genes", "100"], ["--genes", "--scenario trial"]),
      (["--vcf", "a.vcf", "--maf", "0.1"], ["--maf, --vcf"]),
      (["--variants", "5", "--spacing", "7"], ["--variants, --spacing"]),
      (["--sd-slope", "0.1", "--covariates", "2"], ["--sd-slope, --covariates"]),
      (["--donors", "3"], ["--donors 3", "6 to 1000000 subjects"]),
      (["--times", "5,4"], ["--times 5,4", "increasing"]),
      (["--missing", "0.9"], ["--missing 0.9", "2 of 6 visits"]),
      (["--scenario", "trail"], ["trail", "trial-variances", "centring"]),
    ] {
      let result = try Command.slopeqtl(
        ["simulate", "--scenario", "trial", "--out", "c"] + flags, in: folder)
      #expect(result.exitCode == 64, "\(flags) \(result.errors)")
      #expect(result.missing(words) == [], "\(flags) \(result.errors)")
    }
    #expect(folder.names() == [])
  }

  @Test func `two visits are enough for a scenario whose default leaves some out`() throws {
    let folder = try ScratchFolder()
    let result = try Command.slopeqtl(
      ["simulate", "--scenario", "trial", "--out", "c", "--times", "2"], in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.errors.contains("240 rows"))
  }

  @Test func `help names every scenario and every default`() throws {
    let help = try Command.slopeqtl(["simulate", "--help"], in: ScratchFolder()).output
    let text = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for word in [
      "trial, two arms", "trial-variances, two", "centres, patients", "variance-time, a",
      "serial, days", "progression, a marker", "coupling, daily", "centring, intercepts",
      "cross-lag, daily",
      "besides sex. (default: 2)", "at time 0. (default: 0.5)", "(default: 0.05,0.5)",
      "over that of women. (default: 1)", "Genes. (default: 100)",
    ] {
      #expect(text.contains(word), "\(word)")
    }
  }
}
