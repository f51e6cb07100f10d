import BlockGzip
import Cohort
import Foundation
import TestSupport
import Testing

@Suite struct CohortTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// NaN-proof text of numbers.
  private func text(_ values: some Sequence<Double>) -> [String] { values.map { "\($0)" } }

  @Test func `samples are joined and sorted by donor, time and id`() throws {
    var fixture = CohortFixture()
    fixture.donors = ["Z", "B", "Y", "A"]
    let cohort = try fixture.load(in: folder)
    #expect(cohort.donorIDs == ["A", "B"])
    #expect(cohort.sampleIDs == ["S1", "S2", "S3", "S4", "S5"])
    #expect(cohort.donorOfSample == [0, 0, 1, 1, 1])
    #expect(cohort.time == [0, 1.5, 0, 1, 2])
    #expect(cohort.genotypeColumn == [3, 1])
    #expect(cohort.genes.map(\.id) == ["G1", "G2"])
    #expect(cohort.expression.prefix(5) == [1, 2, 3, 4, 5])
    #expect(text(cohort.expression(ofGene: 1)) == ["10.0", "nan", "30.0", "40.0", "50.0"])
    #expect(Array(cohort.columns.keys) == ["batch", "rin", "age", "sex"])
    #expect(cohort.columns["batch"] == .text(["b1", "b2", "b1", "b1", "b2"]))
    #expect(cohort.columns["age"] == .numeric([50, 50, 40, 40, 40]))
    #expect(cohort.columns["sex"] == .text(["M", "M", "F", "F", "F"]))
    #expect(cohort.covariateNames == ["age", "sex"])
    #expect(cohort.donorLevelCovariates == ["age", "sex"])
    #expect(cohort.columnPaths["rin"] == cohort.sheetPath)
    #expect(cohort.columnPaths["age"] == folder.path("c.txt"))
    #expect(cohort.missingSamples(in: "rin") == ["S2"])
    #expect(cohort.missingSamples(in: "age") == [])
    #expect(cohort.notes.count == 1)
    #expect(cohort.notes.first?.hasPrefix("2 genotyped donors of g.vcf") == true)
  }

  @Test func `the order of rows and columns does not matter`() throws {
    let one = try CohortFixture().load(in: folder)
    var fixture = CohortFixture()
    fixture.bed = [
      "#chr start end gene S1 S2 S3 S4 S5", "1 100 101 G1 1 2 3 4 5", "1 50 60 G2 10 NA 30 40 50",
    ]
    fixture.sheet = [fixture.sheet[0]] + fixture.sheet.dropFirst().reversed()
    fixture.covariates = ["id A B", "age 50 40", "sex M F"]
    let other = try fixture.load(in: folder)
    #expect(one.sampleIDs == other.sampleIDs)
    #expect(text(one.expression) == text(other.expression))
    #expect(one.columns["age"] == other.columns["age"])
    #expect(one.time == other.time)
  }

  @Test func `covariates by sample are at donor level only if constant within donors`() throws {
    var fixture = CohortFixture()
    fixture.covariates = [
      "sample pc age sex", "S1 1 50 M", "S2 2 NA M", "S3 3 40.0 F", "S4 4 40 F", "S5 5 40 F",
    ]
    let cohort = try fixture.load(in: folder)
    #expect(cohort.donorLevelCovariates == ["age", "sex"])
    #expect(cohort.columns["pc"] == .numeric([1, 2, 3, 4, 5]))
    #expect(cohort.missingSamples(in: "age") == ["S2"])
  }

  @Test func `text NA and empty cells are missing`() throws {
    var fixture = CohortFixture()
    fixture.sheet = fixture.sheet.map {
      $0.replacing("b2", with: "NA").replacing("b1 6", with: "_ 6")
    }
    let cohort = try fixture.load(in: folder)
    #expect(cohort.columns["batch"] == .text(["b1", "", "b1", "", ""]))
    #expect(cohort.missingSamples(in: "batch") == ["S2", "S4", "S5"])
  }

  @Test func `other headers name sample, donor and time`() throws {
    var fixture = CohortFixture()
    fixture.sheet[0] = "sample donor hours batch rin"
    let cohort = try fixture.load(in: folder) { $0.timeColumn = "hours" }
    #expect(cohort.time == [0, 1.5, 0, 1, 2])
    #expect(Array(cohort.columns.keys) == ["batch", "rin", "age", "sex"])
  }

  @Test func `samples beyond the expression file are ignored and counted`() throws {
    var fixture = CohortFixture()
    fixture.sheet += ["S9 C NA b1 7", "S8 C 1 b1 7"]
    fixture.covariates = ["id B A C", "age 40 50 1", "sex F M F"]
    let cohort = try fixture.load(in: folder)
    #expect(cohort.sampleIDs.count == 5)
    #expect(cohort.notes.count == 2)
    #expect(cohort.notes.first?.hasPrefix("2 rows of") == true)
    #expect(cohort.notes.last?.hasPrefix("1 ids of") == true)
  }

  @Test func `samples that other files lack are dropped under intersect`() throws {
    var fixture = CohortFixture()
    fixture.bed = [
      "#chr start end gene S4 S2 S1 S5 S3 S6", "1 100 101 G1 4 2 1 5 3 6",
    ]
    fixture.sheet.append("S6 C 1 b1 7")
    fixture.sheet.remove(at: 3)
    let cohort = try fixture.load(in: folder) { $0.ids = .intersect }
    #expect(cohort.sampleIDs == ["S1", "S3", "S4", "S5"])
    #expect(cohort.expression == [1, 3, 4, 5])
    #expect(cohort.notes.count == 2)
    #expect(cohort.notes.allSatisfy { $0.contains("are dropped") })
  }

  @Test func `kept samples and donors restrict what is used`() throws {
    let fixture = CohortFixture()
    let samples = try fixture.load(in: folder) { $0.keepSamples = ["S1", "S5", "S7"] }
    #expect(samples.sampleIDs == ["S1", "S5"])
    #expect(samples.notes.contains { $0.contains("S7") })
    let donors = try fixture.load(in: folder) { $0.keepDonors = ["B"] }
    #expect(donors.sampleIDs == ["S3", "S4", "S5"])
    #expect(donors.donorIDs == ["B"])
    #expect(donors.expression.prefix(3) == [3, 4, 5])
  }

  @Test func `samples without a time are refused or dropped`() throws {
    var fixture = CohortFixture()
    fixture.sheet[2] = "S1 A NA b1 8"
    let error = #expect(throws: InputError.self) { _ = try fixture.load(in: folder) }
    #expect(error?.line == 3)
    #expect(error?.column == "time")
    #expect(error?.found == "no time for S1 (1 in all)")
    let cohort = try fixture.load(in: folder) { $0.missingCovariates = .drop }
    #expect(cohort.sampleIDs == ["S2", "S3", "S4", "S5"])
    #expect(cohort.notes.contains { $0.contains("S1") })
  }

  @Test func `a donor sampled twice at one time is mentioned`() throws {
    var fixture = CohortFixture()
    fixture.sheet[5] = "S4 B 2 b1 6.5"
    let cohort = try fixture.load(in: folder)
    #expect(cohort.sampleIDs == ["S1", "S2", "S3", "S4", "S5"])
    #expect(cohort.notes.contains { $0.contains("S4 and S5") })
  }

  @Test func `samples are dropped with donors that have none left`() throws {
    let cohort = try CohortFixture().load(in: folder, dropping: [0, 1, 3])
    #expect(cohort.sampleIDs == ["S3", "S5"])
    #expect(cohort.donorIDs == ["B"])
    #expect(cohort.donorOfSample == [0, 0])
    #expect(cohort.genotypeColumn == [1])
    #expect(cohort.time == [0, 2])
    #expect(cohort.expression == [3, 5, 30, 50])
    #expect(cohort.columns["age"] == .numeric([40, 40]))
  }

  @Test func `a covariate that repeats a sheet column or the time is taken once`() throws {
    var fixture = CohortFixture()
    fixture.covariates = [
      "id S1 S2 S3 S4 S5", "batch b1 b2 b1 b1 b2", "time 0 1.50 0 1 2", "age 1 2 3 4 5",
    ]
    let cohort = try fixture.load(in: folder)
    #expect(cohort.covariateNames == ["batch", "age"])
    #expect(Array(cohort.columns.keys) == ["batch", "rin", "age"])
    #expect(cohort.notes.contains { $0.contains("'time'") })
  }

  @Test func `expression without its end block is read only when that is allowed`() throws {
    let fixture = CohortFixture()
    let writer = try BlockGzipWriter(path: folder.path("whole.gz"))
    try writer.write(tabbed(fixture.bed))
    try writer.finish()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("whole.gz")))
    // BGZF's end-of-file block has 28 bytes.
    let cut = try folder.write(bytes.dropLast(28), to: "cut.gz")
    let error = #expect(throws: InputError.self) {
      _ = try fixture.load(in: folder) { $0.bedPath = cut }
    }
    #expect(error?.path == cut)
    #expect(error?.what == "BGZF file is truncated")
    let cohort = try fixture.load(in: folder) {
      $0.bedPath = cut
      $0.requiresEndMarker = false
    }
    #expect(cohort.genes.count == 2)
  }
}
