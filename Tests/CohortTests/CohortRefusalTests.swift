import BlockGzip
import Cohort
import TestSupport
import Testing

@Suite struct CohortRefusalTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func refusal(
    of fixture: CohortFixture, configure: (inout CohortInputs) -> Void = { _ in }
  ) throws -> InputError {
    let error = try #require(
      #expect(throws: InputError.self) { _ = try fixture.load(in: folder, configure: configure) })
    #expect(error.kind == .malformed)
    #expect(error.expected != nil && error.advice != nil)
    return error
  }

  @Test func `an expression sample without a sheet row is named`() throws {
    var fixture = CohortFixture()
    fixture.sheet[3] = "S7 A 1.5 b2 NA"
    let error = try refusal(of: fixture)
    #expect(error.path == folder.path("s.tsv"))
    #expect(error.what == "samples of the expression file lack a row in the sample sheet")
    #expect(error.found == "none for S2 (1 in all); unmatched ids here: S7 (1 in all)")
    #expect(error.advice?.contains("--ids intersect") == true)
  }

  @Test func `an expression donor without genotypes is named`() throws {
    var fixture = CohortFixture()
    fixture.donors = ["A", "X", "Y"]
    let error = try refusal(of: fixture)
    #expect(error.path == "g.vcf")
    #expect(error.what == "donors of the expression file lack genotypes")
    #expect(error.found == "none for B (1 in all); unmatched ids here: X, Y (2 in all)")
  }

  @Test func `a donor without covariates is named`() throws {
    var fixture = CohortFixture()
    fixture.covariates = ["id A C", "age 1 2"]
    let error = try refusal(of: fixture)
    #expect(error.path == folder.path("c.txt"))
    #expect(error.what == "donors of the expression file lack covariates")
    #expect(error.found == "none for B (1 in all); unmatched ids here: C (1 in all)")
  }

  @Test(arguments: [CohortInputs.IDPolicy.strict, .intersect])
  func `no shared donor is an error under any policy`(policy: CohortInputs.IDPolicy) throws {
    var fixture = CohortFixture()
    fixture.donors = ["D1", "D2", "D3", "D4", "D5", "D6"]
    let error = try refusal(of: fixture) { $0.ids = policy }
    #expect("\(error)".contains("A, B (2 in all)"))
    #expect("\(error)".contains("D1, D2, D3, D4, D5, … (6 in all)"))
  }

  @Test func `no shared sample lists both sides`() throws {
    var fixture = CohortFixture()
    fixture.bed[0] = "#chr start end gene a b c d e"
    let error = try refusal(of: fixture) { $0.ids = .intersect }
    #expect(error.path == folder.path("e.bed"))
    #expect(error.line == 1)
    #expect(error.found == "the columns a, b, c, d, e (5 in all)")
    #expect(error.expected == "samples of the sheet: S1, S2, S3, S4, S5 (5 in all)")
  }

  @Test func `no kept sample is an error`() throws {
    let error = try refusal(of: CohortFixture()) { $0.keepSamples = ["x"] }
    #expect(error.what == "no sample is left after keeping the listed samples")
  }

  @Test func `covariates of other ids list both sides`() throws {
    var fixture = CohortFixture()
    fixture.covariates = ["id X Y", "age 1 2"]
    let error = try refusal(of: fixture)
    #expect(error.what == "covariates are of none of the samples or donors")
    #expect(error.found == "columns X, Y (2 in all); rows age (1 in all)")
    #expect(error.expected?.contains("donors (A, B (2 in all))") == true)
  }

  @Test func `a sample without a donor is refused`() throws {
    var fixture = CohortFixture()
    fixture.sheet[2] = "S1 NA 0 b1 8"
    let error = try refusal(of: fixture)
    #expect(error.line == 3)
    #expect(error.column == "donor_id")
    #expect(error.found == "no donor for 'S1'")
  }

  @Test(arguments: ["inf", "NaN", "-Infinity"])
  func `an infinity or NaN among numbers is refused`(word: String) throws {
    var fixture = CohortFixture()
    fixture.covariates = ["id B A", "age 40 50", "pc \(word) 2"]
    let error = try refusal(of: fixture)
    #expect(error.path == folder.path("c.txt"))
    #expect(error.line == 3)
    #expect(error.column == "pc")
    #expect(error.found == "'\(word)' for sample 'S3'")
    #expect(error.expected == "a finite number or NA")
  }

  @Test func `an infinity in the sheet is refused`() throws {
    var fixture = CohortFixture()
    fixture.sheet[4] = "S5 B 2 b2 inf"
    let error = try refusal(of: fixture)
    #expect(error.path == folder.path("s.tsv"))
    #expect(error.line == 5)
    #expect(error.column == "rin")
  }

  @Test func `one name with different values is refused`() throws {
    var fixture = CohortFixture()
    fixture.covariates = ["id B A", "rin 40 50"]
    let error = try refusal(of: fixture)
    #expect(error.what == "covariate and sample sheet column have one name")
    #expect(error.column == "rin")
  }

  @Test(arguments: ["expression", "genotype", "time", "donor", "donor_id"])
  func `names with a meaning in formulas are refused`(name: String) throws {
    var fixture = CohortFixture()
    fixture.covariates = ["id B A", "\(name) 40 50"]
    let error = try refusal(of: fixture)
    #expect(error.what == "column has a reserved name")
    #expect(error.column == name)
    #expect(error.found == "'\(name)'")
  }

  @Test func `another time column of the sheet gives way to the one that is named`() throws {
    var fixture = CohortFixture()
    fixture.sheet[0] = "sample_id donor_id hours batch time"
    let cohort = try fixture.load(in: folder) { $0.timeColumn = "hours" }
    #expect(cohort.columns["time"] == nil)
    // Donor A at 0 and 1.5, donor B at 0, 1 and 2.
    #expect(cohort.time == [0, 1.5, 0, 1, 2])
    #expect(cohort.notes.contains { $0.contains("'time'") && $0.contains("'hours'") })
  }
}
