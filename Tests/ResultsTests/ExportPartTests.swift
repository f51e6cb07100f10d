import Association
import Foundation
import TestSupport
import Testing

@testable import Results

/// The parts of exports.
@Suite struct ExportPartTests {
  @Test(arguments: [(1, 1), (1, 50), (7, 50), (50, 50), (80, 50), (3, 10), (5, 0)])
  func `picks are as many as wanted, evenly spaced`(_ wanted: Int, _ total: Int) {
    for seed in 1...20 as ClosedRange<UInt64> {
      var picks = EvenPicks(wanted, of: total, seed: seed)
      let places = (0..<total).filter { _ in picks.next() }
      #expect(places.count == min(wanted, total))
      let spacing = total / max(1, places.count)
      for (a, b) in zip(places, places.dropFirst()) { #expect(spacing...(spacing + 1) ~= b - a) }
    }
  }

  @Test func `sums of exponentials are summed in logarithms`() {
    var sum = LogSum()
    for value in [-800.0, 900, 901, -2_000, 899] { sum.add(value) }
    #expect(abs(sum.logarithm - (901 + log(1 + exp(-1) + exp(-2)))) < 1e-12)
  }

  private static let infiniteSums: [(values: [Double], total: Double)] = [
    (values: [-Double.infinity, -Double.infinity], total: -Double.infinity),
    (values: [-Double.infinity, 2.0], total: 2.0),
    (values: [3.0, Double.infinity, Double.infinity, 1.0], total: Double.infinity),
    (values: [2.0, -Double.infinity], total: 2.0),
    (values: [], total: -Double.infinity),
  ]

  @Test(arguments: infiniteSums)
  func `sums of exponentials may have infinite logarithms`(_ values: [Double], _ total: Double) {
    var sum = LogSum()
    for value in values { sum.add(value) }
    #expect(sum.logarithm == total)
  }

  @Test func `ids that come again in a gene have position and alleles`() {
    var ids = VariantIDs(isTrans: false)
    ids.add(gene: "a", chromosome: "1", id: "rs1")
    ids.add(gene: "b", chromosome: "1", id: "rs1")
    ids.add(gene: "a", chromosome: "1", id: "rs2")
    ids.add(gene: "a", chromosome: "1", id: "rs1")
    let variant = VariantName(
      chromosome: "1", position: 7, id: "rs1", reference: "A", alternate: "C")
    #expect(ids.name(variant, of: "a") == "rs1_7_A_C")
    #expect(ids.name(variant, of: "b") == "rs1")
    #expect(ids.notes.count == 1)
  }

  @Test func `a z is the t statistic where p is written as 0`() throws {
    let folder = try TemporaryFolder()
    let table = try ResultTable(
      path: try folder.write("b_gi\tb_gi_se\tpval_gi\n-80\t2\t0\n", to: "table"))
    #expect(try table.advance())
    let effect = try EffectFields(.interaction, of: table)
    #expect(try effect.z(table, estimate: -80, error: 2) == -40)
  }

  @Test func `Wakefield's factor is the ratio of two normal densities`() {
    let factor = WakefieldFactor(deviation: 2)
    let (estimate, error) = (0.7, 0.25)
    func density(_ variance: Double) -> Double {
      exp(-estimate * estimate / (2 * variance)) / variance.squareRoot()
    }
    let expected = density(error * error + 0.09) / density(error * error)
    let found = factor.logarithm(z: estimate / error, variance: error * error)
    #expect(abs(exp(found) / expected - 1) < 1e-12)
  }

  @Test func `a file that is not finished leaves nothing and does not replace`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("before", to: "out.tsv")
    do {
      let file = try ExportFile(path: path, sparing: [])
      file.text.append("half")
      try file.flush(atEnd: true)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
    let made = try ExportFolder(path: folder.path("new"), sparing: [])
    _ = try made.file("a.tsv")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(names.sorted() == ["new", "out.tsv"])
    let file = try ExportFile(path: path, sparing: [])
    file.text.append("whole")
    try file.finish()
    try file.commit()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "whole")
  }

  @Test func `a new folder of an export that fails is removed again`() throws {
    let folder = try TemporaryFolder()
    do {
      let made = try ExportFolder(path: folder.path("new"), sparing: [])
      _ = try made.file("a.tsv")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
  }
}
