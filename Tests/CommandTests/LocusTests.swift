import Foundation
import FoundationXML
import TestSupport
import Testing

/// `slopeqtl locus`: one gene straight from the inputs.
@Suite struct LocusTests {
  private static let digits = ["--digits", "17"]

  @Test(
    "rows are those of the whole scan, whatever the model",
    arguments: [
      [], ["--time-basis", "poly:2"], ["--random", "(1 | donor)"], ["--criterion", "ml"],
      ["--df", "kenward-roger"], ["--trans", "--pval-threshold", "1"],
      ["--residual-variance", "exp:time"],
    ])
  func rows(_ flags: [String]) throws {
    // In this cohort samples are missing, in some genes expression too.
    let folder = try ScratchFolder()
    let cohort = try CohortFiles(reference: "cohort_missing")
    try cohort.write(to: folder)
    let scan = try CohortFiles.scan(CohortFiles.everyPair + flags + Self.digits, in: folder)
    let leads = try ResultTable.leads(in: folder)
    var compared = 0
    for gene in [cohort.geneIDs[0], cohort.geneIDs[7]] {
      let locus = try LocusReport(gene, CohortFiles.everyPair + flags, in: folder)
      compared += try locus.expectRows(of: scan, gene: gene)
      #expect(leads.contains("\(gene) \(locus.object["lead_variant"] as? String ?? "none")"))
    }
    #expect(compared > 0)
  }

  @Test(
    "rows of a real chromosome are those of the whole scan",
    .enabled(if: TestData.has("timecourse_chr22"), "skipped: no data set timecourse_chr22"))
  func realRows() throws {
    let folder = try ScratchFolder()
    let data = TestData.path("timecourse_chr22")
    let inputs = [
      "--vcf", "\(data)/genotypes.vcf.gz", "--bed", "\(data)/expression.bed.gz", "--samples",
      "\(data)/samples.tsv", "--cov", "\(data)/covariates.txt",
    ]
    let result = try Command.slopeqtl(
      ["scan", "--out", "scan", "--quiet"] + inputs + Self.digits, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    let genes = try ResultTable(path: folder.path("scan.genes.tsv.gz"))
    // The gene with most samples missing, and two others.
    let partial = try #require(
      genes.rows.min { $0.number("n_samples") < $1.number("n_samples") })
    #expect(partial.number("n_samples") < 709)
    let chosen = [partial, genes.rows[100], genes.rows[400]]
    // Two million rows are too many to be read into memory here.
    let wanted = chosen.map { "$6 == \"\($0["phenotype_id"])\"" }.joined(separator: " || ")
    let filter = "zcat scan.pairs.tsv.gz | awk -F '\\t' 'NR == 1 || \(wanted)' > rows.tsv"
    #expect(try Command.shell(filter, in: folder).exitCode == 0)
    let scan = try ResultTable(path: folder.path("rows.tsv"))
    for row in chosen {
      let gene = row["phenotype_id"]
      let locus = try LocusReport(gene, inputs: inputs, in: folder)
      #expect(try locus.expectRows(of: scan, gene: gene) == Int(row["num_var"]))
      #expect(locus.object["lead_variant"] as? String == row["variant_id"])
      let combined = try #require(locus.object["pval_acat"] as? Double)
      #expect(abs(combined - row.number("pval_acat")) <= 1e-9 * combined)
    }
  }

  /// The model is fitted by other code than the row: sparse or dense factorisations instead of lanes.
  /// Both stop within 5e-11 of the optimum in deviance, hence 1e-5 of an SE in estimates.
  @Test("the model in full agrees with its row")
  func model() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles(reference: "cohort_missing")
    try cohort.write(to: folder)
    for gene in cohort.geneIDs.prefix(4) {
      let locus = try LocusReport(gene, CohortFiles.everyPair, in: folder)
      let row = try locus.part("row")
      let terms = try locus.coefficients()
      for (name, term) in [("b_g", "genotype"), ("b_i", "time"), ("b_gi", "time:genotype")] {
        let value = try #require(terms[term]?["estimate"] as? Double)
        let error = try #require(terms[term]?["se"] as? Double)
        let expected = try #require(row[name] as? Double)
        let expectedError = try #require(row[name + "_se"] as? Double)
        #expect(abs(value - expected) <= 1e-5 * error, "\(gene) \(name)")
        #expect(abs(error - expectedError) <= 1e-5 * error, "\(gene) \(name)")
      }
      let deviance = try #require(try locus.part("model")["deviance"] as? Double)
      let expected = try #require(row["deviance"] as? Double)
      #expect(abs(deviance - expected) <= 1e-6, "\(gene)")
    }
  }

  @Test("the effect over time is the row's line, with the SE that its covariance gives")
  func course() throws {
    let folder = try ScratchFolder()
    try CohortFiles(reference: "cohort_missing").write(to: folder)
    let gene = try CohortFiles(reference: "cohort_missing").geneIDs[2]
    let locus = try LocusReport(gene, CohortFiles.everyPair, in: folder)
    let row = try locus.part("row")
    func number(_ name: String) throws -> Double { try #require(row[name] as? Double) }
    let centre = try #require(locus.object["time_center"] as? Double)
    let course = try #require(locus.object["course"] as? [[String: Any]])
    #expect(course.count == 49)
    for point in course {
      let time = try #require(point["time"] as? Double) - centre
      let effect = try number("b_g") + number("b_gi") * time
      let variance =
        try number("b_g_se") * number("b_g_se") + 2 * time * number("cov_b_g_b_gi")
        + time * time * number("b_gi_se") * number("b_gi_se")
      let error = try #require(point["se"] as? Double)
      let estimate = try #require(point["estimate"] as? Double)
      // As close as the model and the row.
      #expect(abs(estimate - effect) <= 1e-5 * error)
      #expect(abs(error - variance.squareRoot()) <= 1e-5 * error)
      // Means lie one effect apart.
      let means = try #require(point["means"] as? [[String: Any]]).compactMap {
        $0["mean"] as? Double
      }
      #expect(means.count == 3)
      for dosage in 1...2 {
        let step = means[dosage] - means[dosage - 1]
        #expect(abs(step - estimate) <= 1e-12 * max(1, abs(means[dosage])))
      }
    }
  }

  @Test("donors that covary have slopes and residuals too", arguments: [[], ["--kinship-slope"]])
  func kinship(_ flags: [String]) throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles(reference: "cohort_missing")
    try cohort.write(to: folder)
    // Pairs of sisters.
    let donors = cohort.donors
    let rows = donors.indices.map { i in
      [donors[i]] + donors.indices.map { i == $0 ? "1" : i / 2 == $0 / 2 ? "0.5" : "0" }
    }
    try folder.write(CohortFiles.text([["id"] + donors] + rows), to: "kinship.tsv")
    let model = CohortFiles.everyPair + ["--kinship", "kinship.tsv"] + flags
    let locus = try LocusReport(cohort.geneIDs[2], model, in: folder)
    let slopes = try #require(locus.object["donors"] as? [[String: Any]])
      .compactMap { $0["slope"] as? Double }
    #expect(slopes.count == donors.count)
    let shown = try Command.slopeqtl(
      ["locus", "--gene", cohort.geneIDs[2], "--plot", "figure.svg"] + CohortFiles.inputs + model,
      in: folder)
    #expect(shown.exitCode == 0, "\(shown.errors)")
    #expect(shown.output.contains("The largest residual is"))
    let svg = try String(contentsOfFile: folder.path("figure.svg"), encoding: .utf8)
    #expect(!svg.contains("data-empty"))
  }

  @Test("a p-value below the smallest double is text in JSON")
  func tiny() throws {
    let folder = try ScratchFolder()
    var cohort = try CohortFiles(reference: "cohort_missing")
    // Expression is all but the dosage times time.
    let dosage = Dictionary(
      uniqueKeysWithValues: zip(cohort.donors, cohort.vcf[1].dropFirst(9)).map {
        ($0, Double($1.split(separator: ":").last ?? "") ?? 0)
      })
    let time = Dictionary(
      uniqueKeysWithValues: cohort.samples.dropFirst().map { ($0[0], Double($0[2]) ?? 0) })
    for (column, sample) in cohort.bed[0].enumerated().dropFirst(4) {
      let exact = (dosage[cohort.donorOfSample[sample] ?? ""] ?? 0) * (time[sample] ?? 0)
      let noise = Double((column * 7919) % 101) * 1e-3
      cohort.bed[1][column] = "\(exact + noise)"
    }
    try cohort.write(to: folder)
    let flags = CohortFiles.everyPair + ["--df", "infinite"]
    let scan = try CohortFiles.scan(flags + ["--digits", "17"], in: folder)
    let gene = cohort.geneIDs[0]
    let locus = try LocusReport(gene, flags, in: folder)
    _ = try locus.expectRows(of: scan, gene: gene)
    let text = try #require(try locus.part("row")["pval_gi"] as? String)
    #expect(text.contains("e-") && Double(text) == 0)
    let shown = try Command.slopeqtl(
      ["locus", "--gene", gene] + CohortFiles.inputs + flags, in: folder)
    #expect(shown.output.contains("stays below 2e-16"))
    #expect(!shown.output.contains("at most <"))
  }

  @Test("a variant is shown that was asked for, and refused where the gene has no such pair")
  func variant() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles()
    try cohort.write(to: folder)
    let flags = ["locus", "--gene", cohort.geneIDs[0]] + CohortFiles.inputs + CohortFiles.everyPair
    let shown = try Command.slopeqtl(flags + ["--variant", cohort.variantIDs[3]], in: folder)
    #expect(shown.exitCode == 0, "\(shown.errors)")
    #expect(shown.output.contains("ariant \(cohort.variantIDs[3]), "))
    let words = ["Random effects:", "time:genotype", "Diagnostics:", "Effect of one allele"]
    #expect(words.filter { !shown.output.contains($0) } == [])
    let refused = try Command.slopeqtl(flags + ["--variant", "no_such"], in: folder)
    #expect(refused.exitCode == 65)
    #expect(refused.missing(["'no_such'", "--window"]) == [])
    #expect(refused.output.isEmpty)
  }

  @Test("the figure is a picture with every panel filled")
  func figure() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles(reference: "cohort_missing")
    try cohort.write(to: folder)
    let flags = ["locus", "--gene", cohort.geneIDs[2]] + CohortFiles.inputs + CohortFiles.everyPair
    let result = try Command.slopeqtl(flags + ["--plot", "figure.svg"], in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    let svg = try String(contentsOfFile: folder.path("figure.svg"), encoding: .utf8)
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    #expect(!svg.contains("data-empty"))
    let words = [
      "Variants around the gene", "Expression over time", "Effect of the allele over time",
      "slopes by genotype", cohort.geneIDs[2], "time centre",
    ]
    #expect(words.filter { !svg.contains($0) } == [])
    let refused = try Command.slopeqtl(flags + ["--plot", "figure.bmp"], in: folder)
    #expect(refused.exitCode == 64)
    #expect(refused.missing([".svg, .png or .pdf"]) == [])
  }

  @Test(
    "PNG and PDF are made of the same picture",
    .enabled(
      if: Command.installed("rsvg-convert") != nil, "skipped: rsvg-convert is not installed"),
    arguments: [("png", [0x89, 0x50, 0x4E, 0x47]), ("pdf", [0x25, 0x50, 0x44, 0x46])])
  func formats(_ name: String, _ magic: [UInt8]) throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles()
    try cohort.write(to: folder)
    let result = try Command.slopeqtl(
      ["locus", "--gene", cohort.geneIDs[0], "--plot", "figure.\(name)"] + CohortFiles.inputs
        + CohortFiles.everyPair, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("figure.\(name)")))
    #expect(Array(bytes.prefix(4)) == magic)
    #expect(bytes.count > 10_000)
  }

  @Test("a gene that is not there is refused with those that are")
  func gene() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles()
    try cohort.write(to: folder)
    let refused = try Command.slopeqtl(
      ["locus", "--gene", "no_such"] + CohortFiles.inputs, in: folder)
    #expect(refused.exitCode == 65)
    #expect(refused.missing(["expression.bed", "'no_such'", cohort.geneIDs[0]]) == [])
  }

  @Test("a gene without a testable variant says so")
  func nothing() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles()
    try cohort.write(to: folder)
    let flags = ["locus", "--gene", cohort.geneIDs[0], "--window", "0"] + CohortFiles.inputs
    let result = try Command.slopeqtl(flags, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.output.contains("No variant could be tested"))
    let document = try Command.slopeqtl(flags + ["--json", "-"], in: folder)
    #expect(document.output.contains("\"row\" : null"))
  }
}
