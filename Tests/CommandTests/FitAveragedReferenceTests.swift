import Foundation
import Testing

/// Trial-by-trial data against nlme's `lme` and R's `t.test` (`reference/trials`).
@Suite struct FitAveragedReferenceTests {
  private struct Paired: Decodable {
    var estimate: Double, se: Double, df: Double, statistic: Double, p: Double
    var lower: Double, upper: Double
  }

  private struct Model: Decodable {
    var formula: String, flags: [String]
    var estimates: [String: Double], ses: [String: Double]
    var sdIntercept: Double, sdSlope: Double, correlation: Double, residualSd: Double
    var ratio: Double?
    var logLikelihood: Double, comparison: Double, comparisonSe: Double
  }

  private struct Expected: Decodable {
    var paired: Paired, models: [Model]
  }

  private static var folder: URL {
    CohortFiles.root.appendingPathComponent("reference/trials")
  }

  /// Keys as written: those of coefficients are names of terms.
  private static func expected() throws -> Expected {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .custom { path in
      let name = path.last?.stringValue ?? ""
      guard !name.contains("condition"), name != "minute" else { return Key(stringValue: name) }
      let words = name.split(separator: "_")
      let rest = words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
      return Key(stringValue: (words.first.map(String.init) ?? "") + rest.joined())
    }
    return try decoder.decode(
      Expected.self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  @Test(arguments: 0..<3)
  func `estimates are lme's and the averages' test is that of R`(_ index: Int) throws {
    let expected = try Self.expected()
    let model = expected.models[index]
    let folder = try ScratchFolder()
    try FileManager.default.copyItem(
      at: Self.folder.appendingPathComponent("trials.tsv"),
      to: folder.url.appendingPathComponent("trials.tsv"))
    let report = try AveragedReport(model.formula, model.flags, in: folder)
    // lme stops where its optimiser's steps are below 1e-10 of the deviance, sixteen digits of
    // which are sums near 1e7: variance parameters agree to 1e-4, the likelihood to its square.
    #expect(abs(report.deviance + 2 * model.logLikelihood) < 1e-5)
    #expect(report.fixedEffects.count == model.estimates.count)
    for effect in report.fixedEffects {
      let se = try #require(model.ses[effect.term])
      #expect(abs(effect.estimate - (model.estimates[effect.term] ?? .nan)) < 1e-4 * se)
      expectNear(effect.se, se, relative: 2e-4, "SE of \(effect.term)")
    }
    let components = report.varianceComponents
    expectNear(components[0].sdOrCorrelation, model.sdIntercept, relative: 1e-4, "SD")
    expectNear(components[1].sdOrCorrelation, model.sdSlope, relative: 1e-3, "SD of slopes")
    expectNear(components[2].sdOrCorrelation, model.correlation, relative: 1e-3, "correlation")
    expectNear(report.residualSd, model.residualSd, relative: 1e-5, "residual SD")
    if let ratio = model.ratio {
      expectNear(report.residualVariance["ratio:incongruent"], ratio, relative: 1e-5, "ratio")
    }
    let found = try #require(report.averaged.first)
    #expect(abs(found.mixed.estimate - model.comparison) < 1e-4 * model.comparisonSe)
    expectNear(found.mixed.se, model.comparisonSe, relative: 2e-4, "SE of the comparison")
    let wanted = expected.paired
    // The same sums in another order.
    #expect(abs(found.paired.estimate - wanted.estimate) < 1e-12 * wanted.se * 1e2)
    expectNear(found.paired.se, wanted.se, relative: 1e-12, "SE of averages")
    #expect(found.paired.df == wanted.df)
    #expect(abs(found.paired.statistic - wanted.statistic) < 1e-11)
    #expect(abs(found.paired.p - wanted.p) < 1e-10)
    #expect(abs(found.paired.lower - wanted.lower) < 1e-9)
    #expect(abs(found.paired.upper - wanted.upper) < 1e-9)
  }
}
