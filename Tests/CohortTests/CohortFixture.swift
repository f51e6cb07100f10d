import TestSupport
import Cohort

/// Text of a table from rows whose cells are separated by spaces; `_` stands for an empty cell.
func tabbed(_ rows: [String]) -> String {
  rows.map { row in
    row.split(separator: " ").map { $0 == "_" ? "" : $0 }.joined(separator: "\t") + "\n"
  }.joined()
}

/// The files of a small cohort: two donors, five samples, two genes, in shuffled orders.
struct CohortFixture {
  var bed = [
    "#chr start end gene S4 S2 S1 S5 S3", "1 100 101 G1 4 2 1 5 3", "1 50 60 G2 40 NA 10 50 30",
  ]
  var sheet = [
    "sample_id donor_id time batch rin", "S3 B 0 b1 7.5", "S1 A 0 b1 8", "S2 A 1.5 b2 NA",
    "S5 B 2 b2 9", "S4 B 1 b1 6.5",
  ]
  var covariates: [String]? = ["id B A", "age 40 50", "sex F M"]
  var donors = ["A", "B"]

  /// Writes the files, joins them, drops samples and reads the others' expression.
  func load(
    in folder: TemporaryFolder, dropping samples: Set<Int> = [],
    configure: (inout CohortInputs) -> Void = { _ in }
  ) throws -> LoadedCohort {
    var inputs = CohortInputs(
      bedPath: try folder.write(tabbed(bed), to: "e.bed"),
      samplesPath: try folder.write(tabbed(sheet), to: "s.tsv"))
    if let covariates {
      inputs.covariatesPath = try folder.write(tabbed(covariates), to: "c.txt")
    }
    configure(&inputs)
    let (cohort, reader) = try Cohort.load(
      inputs: inputs, genotypedDonors: donors, genotypePath: "g.vcf")
    return try LoadedCohort(cohort.dropping(samples: samples), reader)
  }
}

/// A cohort and the expression of its samples.
@dynamicMemberLookup
struct LoadedCohort {
  let cohort: Cohort
  let matrix: ExpressionMatrix

  init(_ cohort: Cohort, _ reader: ExpressionReader) throws {
    self.cohort = cohort
    matrix = try ExpressionMatrix(reader, samples: cohort.expressionColumn)
  }

  subscript<Value>(dynamicMember path: KeyPath<Cohort, Value>) -> Value {
    cohort[keyPath: path]
  }

  var genes: [Gene] { matrix.genes }
  /// Genes × samples, row-major; NaN where missing.
  var expression: [Double] { matrix.values }

  func expression(ofGene index: Int) -> ArraySlice<Double> {
    let count = cohort.sampleIDs.count
    return matrix.values[(index * count)..<((index + 1) * count)]
  }

  func missingSamples(in column: String) -> [String] { cohort.missingSamples(in: column) }
}
