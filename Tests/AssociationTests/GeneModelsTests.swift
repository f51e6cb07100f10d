import BlockGzip
import Foundation
import MixedModels
import Testing

@testable import Association
@testable import Cohort
@testable import Genotypes

@Suite("Models of the genes in work")
struct GeneModelsTests {
  private struct Silence: ScanObserver {
    func note(_ text: String) {}
    func warn(_ text: String) {}
    func progress(share: Double, pairs: Int) {}
  }

  /// Counts fits by gene.
  private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var counts: [Int: Int] = [:]

    func count(_ gene: Int) { lock.withLock { counts[gene, default: 0] += 1 } }
    func counted() -> [Int: Int] { lock.withLock { counts } }
  }

  private static func inputs() throws -> ScanInputs {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("reference/cohort_small")
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    return try ScanInputs(
      options: ScanOptions(
        genotypes: .vcf([path("genotypes.vcf")]),
        cohort: CohortInputs(
          bedPath: path("expression.bed"), samplesPath: path("samples.tsv"),
          covariatesPath: path("covariates.txt")), outputPrefix: ""),
      keeping: .values(folder: "."), observer: Silence())
  }

  @Test("are fitted once each, whoever asks, and again once they were let go")
  func once() throws {
    let inputs = try Self.inputs()
    let (plan, design, expression) = (inputs.plan, inputs.design, inputs.expression)
    let counter = Counter()
    let models = GeneModels { gene throws(OutputError) in
      counter.count(gene)
      return try GeneModel(
        index: gene, plan: plan, expression: expression, shared: design, criterion: .reml)
    }
    DispatchQueue.concurrentPerform(iterations: 60) { turn in
      let gene = turn % 5
      let (model, again) = (try? models.model(gene), try? models.model(gene))
      #expect(model?.index == gene && model === again)
    }
    #expect(counter.counted() == [0: 1, 1: 1, 2: 1, 3: 1, 4: 1])
    let before = try models.model(2)
    models.remove(2)
    models.remove(77)
    #expect(try models.model(2) !== before)
    #expect(try models.model(2).null?.deviance == before.null?.deviance)
    #expect(counter.counted() == [0: 1, 1: 1, 2: 2, 3: 1, 4: 1])
  }

  @Test("pass on that a gene's expression cannot be read, and try again when asked again")
  func unreadable() throws {
    let inputs = try Self.inputs()
    let (plan, design, expression) = (inputs.plan, inputs.design, inputs.expression)
    let counter = Counter()
    let models = GeneModels { gene throws(OutputError) in
      counter.count(gene)
      if counter.counted()[gene] == 1 {
        throw OutputError(.writeFailed, path: "out", reason: "no such luck")
      }
      return try GeneModel(
        index: gene, plan: plan, expression: expression, shared: design, criterion: .reml)
    }
    let error = #expect(throws: OutputError.self) { try models.model(1) }
    #expect(error?.reason == "no such luck")
    #expect(try models.model(1).index == 1)
    #expect(counter.counted() == [1: 2])
  }
}
