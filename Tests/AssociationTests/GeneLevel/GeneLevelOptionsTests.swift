import Foundation
import Testing

@testable import Association

@Suite("Gene-level options")
struct GeneLevelOptionsTests {
  @Test func `methods are read with their replicates, each once`() {
    #expect(GenePValueMethod.list("acat") == [.acat])
    #expect(GenePValueMethod.list("none") == [])
    #expect(
      GenePValueMethod.list("bootstrap:250,emt,permutation")
        == [.bootstrap(replicates: 250), .effectiveTests, .permutation(replicates: 1000)])
    for text in [
      "", "acat,", "emt,emt", "bootstrap:5", "bootstrap:x", "acat:3", "acat,none", "fdr",
      "bootstrap:100,bootstrap:200", "bootstrap:100:2", "BOOTSTRAP",
    ] {
      #expect(GenePValueMethod.list(text) == nil, "\(text)")
    }
  }

  @Test func `columns are those asked for, in the order of the table`() {
    func names(_ text: String) -> [String] {
      GeneColumns(options: GeneLevelOptions(methods: GenePValueMethod.list(text) ?? [])).names
    }
    #expect(names("none") == [])
    #expect(names("emt,acat") == ["pval_acat", "pval_emt", "tests_emt"])
    #expect(
      names("permutation,bootstrap")
        == ["pval_boot", "pval_perm", "beta_shape1", "beta_shape2", "pval_nominal_threshold"])
  }

  @Test func `a plan's settings tell the options`() {
    for text in ["acat", "none", "bootstrap:30,emt", "permutation"] {
      var options = GeneLevelOptions(methods: GenePValueMethod.list(text) ?? [])
      #expect(GeneLevelOptions(settings: options.settings) == options)
      options.findsSignals = true
      options.falseDiscoveryRate = 0.1
      #expect(GeneLevelOptions(settings: options.settings) == options)
    }
    // What has no say in the tables is no part of the plan.
    #expect(GeneLevelOptions(methods: [.acat], seed: 4).settings == ["gene-pvalue": "acat"])
  }

  @Test func `the threshold lies between the last gene that passes and the first that does not`() {
    let p = [1e-6, 1e-4, 0.9, 0.2, .nan]
    let found = GeneSignificance(logPValues: p.map { log($0) }, falseDiscoveryRate: 0.05)
    #expect(abs(exp(found.logThreshold) - 0.5 * (1e-4 + 0.2)) < 1e-12)
    #expect(found.logQValues[4].isNaN)
    // Beta(1, 1): the pair's p-value is the gene's.
    #expect(abs(found.nominalThreshold(shape1: 1, shape2: 1) - exp(found.logThreshold)) < 1e-12)
    #expect(found.nominalThreshold(shape1: .nan, shape2: 1).isNaN)
    #expect(found.signalThreshold(falseDiscoveryRate: 0.05) == log(0.05))
    let all = GeneSignificance(logPValues: [-9, -8], falseDiscoveryRate: 0.05)
    #expect(all.logThreshold == -8)
    let none = GeneSignificance(logPValues: [log(0.4), log(0.7)], falseDiscoveryRate: 0.05)
    #expect(none.logThreshold.isNaN && none.signalThreshold(falseDiscoveryRate: 0.05).isNaN)
  }

  @Test func `signals are those of the largest set that the threshold lets come to be`() {
    func row(_ rank: Int, _ count: Int, _ forward: Double, _ backward: Double, _ id: String)
      -> SignalRow
    {
      SignalRow(
        rank: rank, count: count, forward: forward, backward: backward,
        text: "chr1\t1\t\(id)\tA\tC\tgene\t0")
    }
    let rows = [
      row(1, 1, -20, -20, "a"), row(1, 2, -9, -18, "a"), row(2, 2, -9, -9, "b"),
      row(1, 3, -4, -17, "c"), row(2, 3, -4, -3.5, "b"), row(3, 3, -4, -4, "c"),
    ]
    func ids(_ threshold: Double) -> [String] {
      SignalRow.chosen(rows, logThreshold: threshold).map {
        "\($0.rank)\($0.text.split(separator: "\t")[2])"
      }
    }
    #expect(ids(-30) == [] && ids(.nan) == [])
    #expect(ids(-15) == ["1a"])
    #expect(ids(-5) == ["1a", "2b"])
    // The second of three no longer passes, and the third is the first again.
    #expect(ids(-3.8) == ["1c"])
    #expect(ids(-3) == ["1c", "2b"])
  }
}
