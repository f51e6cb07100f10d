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
        genotypes: .vcf(path("genotypes.vcf")),
        cohort: CohortInputs(
          bedPath: path("expression.bed"), samplesPath: path("samples.tsv"),
          covariatesPath: path("covariates.txt")), outputPrefix: ""), observer: Silence())
  }

  @Test("are fitted once each, whoever asks, and again once they were let go")
  func once() throws {
    let inputs = try Self.inputs()
    let (plan, design) = (inputs.plan, inputs.design)
    let counter = Counter()
    let models = GeneModels { gene in
      counter.count(gene)
      return GeneModel(index: gene, plan: plan, shared: design, criterion: .reml)
    }
    DispatchQueue.concurrentPerform(iterations: 60) { turn in
      let gene = turn % 5
      let model = models.model(gene)
      #expect(model.index == gene && model === models.model(gene))
    }
    #expect(counter.counted() == [0: 1, 1: 1, 2: 1, 3: 1, 4: 1])
    let before = models.model(2)
    models.remove(2)
    models.remove(77)
    #expect(models.model(2) !== before)
    #expect(models.model(2).null?.deviance == before.null?.deviance)
    #expect(counter.counted() == [0: 1, 1: 1, 2: 2, 3: 1, 4: 1])
  }
}
