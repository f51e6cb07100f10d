import Simulation

/// A simulated cohort as its files tell it, read back without the simulation's own types.
struct SimulatedCohort {
  /// Rows of the VCF after its header lines.
  let variants: [[String]]
  let donors: [String]
  /// Rows of the sample sheet by column name.
  let samples: [[String: String]]
  /// Expression by gene, one value per sample of `samples`.
  let expression: [String: [Double]]
  /// Covariate texts by name and donor.
  let covariates: [String: [String: String]]
  let truth: [[String: String]]
  let bed: [[String]]

  /// Reads `PREFIX.*` of `workspace`; without `hasGenotypes` there is no VCF.
  init(_ workspace: Workspace, prefix: String, hasGenotypes: Bool = true) throws {
    if hasGenotypes {
      let lines = try workspace.table("\(prefix).vcf.gz")
      variants = lines.filter { $0[0].first != "#" }
    } else {
      variants = []
    }
    samples = Self.records(try workspace.table("\(prefix).samples.tsv"))
    bed = try workspace.table("\(prefix).bed.gz")
    expression = Dictionary(
      uniqueKeysWithValues: bed.dropFirst().map { row in
        (row[3], row.dropFirst(4).compactMap(Double.init))
      })
    let table = try workspace.table("\(prefix).covariates.txt")
    donors = Array(table[0].dropFirst())
    var covariates: [String: [String: String]] = [:]
    for row in table.dropFirst() {
      covariates[row[0]] = Dictionary(
        uniqueKeysWithValues: zip(table[0].dropFirst(), row.dropFirst()))
    }
    self.covariates = covariates
    truth = Self.records(try workspace.table("\(prefix).truth.tsv"))
  }

  private static func records(_ table: [[String]]) -> [[String: String]] {
    table.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(table[0], $0)) }
  }

  /// DS by donor of the variant `id`, as printed.
  func dosages(of id: String) -> [String: Double] {
    guard let row = variants.first(where: { $0[2] == id }) else { return [:] }
    let values = row.dropFirst(9).map { call in
      Double(call.split(separator: ":")[1]) ?? .nan
    }
    return Dictionary(uniqueKeysWithValues: zip(donors, values))
  }

  /// The fixed part that a row of the truth table states, one value per sample.
  func fixedPart(of gene: [String: String], dosages: [String: Double]) -> [Double] {
    func effect(_ name: String) -> Double { gene[name].flatMap(Double.init) ?? .nan }
    return samples.map { sample in
      let donor = sample["donor_id"] ?? ""
      let time = sample["time"].flatMap(Double.init) ?? .nan
      let rin = sample["rin"].flatMap(Double.init) ?? .nan
      var value = effect("mean") + effect("b_i") * time + effect("b_rin") * (rin - 8)
      for (name, values) in covariates where name != "sex" {
        value += effect("b_\(name)") * (values[donor].flatMap(Double.init) ?? .nan)
      }
      if let pc1 = covariates["pc1"]?[donor].flatMap(Double.init) {
        value += effect("b_pc1:time") * pc1 * time
      }
      if covariates["sex"]?[donor] == "male" { value += effect("b_sexmale") }
      if let batch = sample["batch"], batch != "batch1" { value += effect("b_\(batch)") }
      let dosage = dosages[donor] ?? 0
      return value + (effect("b_g") + effect("b_gi") * time) * dosage
    }
  }
}
