import BlockGzip
import Cohort
import Foundation
import TestSupport
import Testing

@Suite struct ExpressionStoreTests {
  private static let samples = 70
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Values with and without gaps, a gene without any and a constant one.
  private static func values(ofGene gene: Int) -> [Double] {
    (0..<samples).map { sample in
      switch gene {
      case 1: .nan
      case 2: sample % 3 == 0 ? .nan : 5
      case 3: sample < 65 ? Double(sample) : .nan
      default: gene % 5 == 4 && sample == gene % 70 ? .nan : Double(gene) + 1e-3 * Double(sample)
      }
    }
  }

  private static func store(
    genes: Int, keeping retention: ExpressionStore.Retention
  ) throws -> ExpressionStore {
    var store = ExpressionStore(sampleCount: samples, keeping: retention)
    for gene in 0..<genes {
      try store.append(
        Gene(id: "G\(gene)", chromosome: "1", start: gene, end: gene + 1),
        values: values(ofGene: gene))
    }
    return store
  }

  /// Whether this process holds a deleted file of the folder open.
  private func holdsUnnamedFile() -> Bool {
    let descriptors =
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return descriptors.contains { name in
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/fd/\(name)")
      return target?.hasPrefix(folder.url.resolvingSymlinksInPath().path) == true
    }
  }

  // 70 samples take 560 bytes a gene; a megabyte is gathered before later writes, so that 5,000
  // genes (2.8 MB) are partly in the first write, partly in later ones and partly in memory.
  @Test(
    arguments: [
      (40, 40 * 560 + 1, false), (40, 40 * 560, true), (40, 0, true), (5000, 5000, true),
    ])
  func `every gene comes back on either side of the limit`(
    _ genes: Int, _ limit: Int, _ isInFile: Bool
  ) throws {
    let store = try Self.store(
      genes: genes, keeping: .values(folder: folder.url.path, memoryLimit: limit))
    #expect(holdsUnnamedFile() == isInFile)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    #expect(store.genes.map(\.id) == (0..<genes).map { "G\($0)" })
    var wrong: [Int] = []
    // Backwards: any order of reading gives the same.
    for gene in (0..<genes).reversed() {
      let expected = Self.values(ofGene: gene)
      let found = try store.values(ofGene: gene)
      if found.map(\.bitPattern) != expected.map(\.bitPattern) { wrong.append(gene) }
    }
    #expect(wrong == [])
  }

  @Test(arguments: [false, true])
  func `what a gene has values of is known with and without the values`(
    _ keepsValues: Bool
  ) throws {
    let store = try Self.store(
      genes: 12,
      keeping: keepsValues ? .values(folder: folder.url.path, memoryLimit: 0) : .presence)
    #expect(
      store.variations == [.varying, .withoutValues, .constant]
        + [GeneVariation](repeating: .varying, count: 9))
    for gene in 0..<12 {
      let values = Self.values(ofGene: gene)
      #expect(
        try store.presentSamples(ofGene: gene)
          == (0..<Self.samples).filter { !values[$0].isNaN })
    }
  }

  @Test func `threads read at once`() throws {
    let store = try Self.store(
      genes: 200, keeping: .values(folder: folder.url.path, memoryLimit: 0))
    DispatchQueue.concurrentPerform(iterations: 2000) { turn in
      let gene = 37 * turn % 200
      let found = try? store.values(ofGene: gene)
      #expect(found?.map(\.bitPattern) == Self.values(ofGene: gene).map(\.bitPattern))
    }
  }

  @Test func `a folder that is not there is an error of output`() throws {
    let error = #expect(throws: OutputError.self) {
      try Self.store(
        genes: 1, keeping: .values(folder: folder.path("absent"), memoryLimit: 0))
    }
    #expect(error?.kind == .cannotCreate)
    #expect(error?.path == folder.path("absent"))
    #expect(error?.reason.contains("expression values: No such file") == true)
  }

  @Test func `numbers beyond the end of the file are an error of the file`() throws {
    let file = try TemporaryNumbers(folder: folder.url.path, content: "test numbers")
    try file.write([1, 2, 3], at: 0)
    #expect(try file.read(count: 2, at: 1) == [2, 3])
    let error = #expect(throws: OutputError.self) { try file.read(count: 2, at: 2) }
    #expect(error?.kind == .writeFailed)
    #expect(error?.reason == "temporary file of test numbers, read back: the file was cut")
  }
}
