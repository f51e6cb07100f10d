import BlockGzip
import Cohort
import Foundation
import TestSupport
import Testing

@Suite struct RealDataTests {
  /// Every donor of the sheet counts as genotyped.
  private func load(_ name: String, covariates: String? = nil) throws -> LoadedCohort {
    let sheet = try SampleSheet(path: TestData.path("\(name)/samples.tsv"))
    let (cohort, reader) = try Cohort.load(
      inputs: CohortInputs(
        bedPath: TestData.path("\(name)/expression.bed.gz"), samplesPath: sheet.path,
        covariatesPath: covariates.map { TestData.path("\(name)/\($0)") }),
      genotypedDonors: Set(sheet.donorIDs).sorted(by: >), genotypePath: "genotypes")
    return try LoadedCohort(cohort, reader)
  }

  @Test(
    .enabled(if: TestData.has("timecourse_chr22"), "data sets are not here: timecourse_chr22"))
  func `the time course is joined`() throws {
    let cohort = try load("timecourse_chr22", covariates: "covariates.txt")
    #expect(cohort.donorIDs.count == 100)
    #expect(cohort.sampleIDs.count == 709)
    #expect(cohort.genes.count == 608)
    #expect(Set(cohort.time).count == 8)
    #expect(Array(cohort.columns.keys.prefix(3)) == ["batch", "rin", "genotype_pc1"])
    #expect(
      cohort.donorLevelCovariates == ["genotype_pc1", "genotype_pc2", "genotype_pc3", "sex"])
    guard case .text(let sex) = cohort.columns["sex"] else {
      Issue.record("sex is not a factor")
      return
    }
    #expect(Set(sex) == ["F", "M"])
  }

  @Test(.enabled(if: TestData.has("mouse_f2_growth"), "data sets are not here: mouse_f2_growth"))
  func `the growth of mice is joined`() throws {
    let cohort = try load("mouse_f2_growth")
    #expect(cohort.donorIDs.count == 1212)
    #expect(cohort.sampleIDs.count == 7272)
    let weight = try #require(cohort.genes.firstIndex { $0.id == "weight" })
    #expect(cohort.expression(ofGene: weight).count { $0.isNaN } == 131)
    // (1 + … + 6) / 6: every mouse has a row for every week.
    #expect(cohort.time.reduce(0, +) / 7272 == 3.5)
  }

  @Test(
    .enabled(if: TestData.has("yeast_two_conditions"), "data sets are not here: yeast"))
  func `yeast in two conditions is joined`() throws {
    let cohort = try load("yeast_two_conditions")
    #expect(cohort.donorIDs.count == 109)
    #expect(cohort.genes.count == 4482)
    #expect(Set(cohort.time) == [0, 1])
  }

  @Test(.enabled(if: TestData.has("geuvadis_chr22"), "data sets are not here: geuvadis_chr22"))
  func `covariates separated by spaces and six leading columns are joined`() throws {
    let folder = try TemporaryFolder()
    let bed = TestData.path("geuvadis_chr22/genes.50percent.chr22.bed.gz")
    let reader = try LineReader(path: bed)
    let header = try #require(try reader.next().map { String(decoding: $0, as: UTF8.self) })
    let donors = header.split(separator: "\t").dropFirst(6).map(String.init)
    let sheet = ["sample_id donor_id time"] + donors.map { "\($0) \($0) 0" }
    let (joined, expression) = try Cohort.load(
      inputs: CohortInputs(
        bedPath: bed, samplesPath: folder.write(tabbed(sheet)),
        covariatesPath: TestData.path("geuvadis_chr22/genes.covariates.pc50.txt.gz")),
      genotypedDonors: donors, genotypePath: "genotypes")
    let cohort = try LoadedCohort(joined, expression)
    #expect(cohort.donorIDs.count == 358)
    #expect(cohort.covariateNames.count == 53)
    #expect(cohort.donorLevelCovariates.count == 53)
    #expect(Set(cohort.genes.map(\.strand)) == [.forward, .reverse])
  }
}
