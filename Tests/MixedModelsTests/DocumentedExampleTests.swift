import Foundation
import MixedModels
import Testing

/// The article "Fitting a model" of the documentation.
@Suite struct DocumentedExampleTests {
  @Test func `the article's code compiles and fits`() throws {
    let frame = ModelFrame(
      rowCount: 15,
      columns: [
        "fev1": .numeric([
          2.1, 2.4, 2.9, 3.0, 3.2, 3.1, 1.8, 2.6, 3.1, 2.5, 2.6, 3.3, 2.2, 2.4, 2.8,
        ]),
        "time": .numeric([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]),
        "patient": .text([
          "a", "a", "a", "b", "b", "b", "c", "c", "c", "d", "d", "d", "e", "e", "e",
        ]),
      ])
    let formula = try Formula("fev1 ~ time + (1 | patient)")
    let fit = try LinearMixedModel(formula, frame: frame).fit()
    var options = LinearModelOptions()
    options.criterion = .ml
    options.degreesOfFreedom = .residual
    let other = try LinearMixedModel(formula, frame: frame, options: options).fit()
    // Balanced: the slope is that of the mean course, whatever the variances.
    for fit in [fit, other] {
      #expect(fit.fixedEffects.map(\.term) == ["(Intercept)", "time"])
      #expect(abs(fit.fixedEffects[1].estimate - 0.36) < 1e-12)
      #expect(fit.varianceComponents.map(\.group) == ["patient"])
    }
    #expect(fit.deviance.isFinite && fit.deviance != other.deviance)
  }

  @Test func `the article shows the code that is tested`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let article = try String(
      contentsOf: root.appendingPathComponent(
        "Sources/MixedModels/MixedModels.docc/FittingAModel.md"), encoding: .utf8)
    let code = try String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8)
    // Lines may be broken otherwise.
    func compact(_ text: some StringProtocol) -> String {
      String(text.filter { !$0.isWhitespace }).replacing(",]", with: "]")
    }
    let tested = compact(code)
    let blocks = article.split(separator: "```").enumerated().filter { $0.offset % 2 == 1 }
      .map { $0.element.drop { $0 != "\n" } }
    #expect(blocks.count == 3)
    // The second prints what the first has.
    for block in [blocks[0], blocks[2]] {
      for statement in block.split(separator: "\nlet ").flatMap({ $0.split(separator: "\nvar ") }) {
        #expect(tested.contains(compact(statement)), "\(statement)")
      }
    }
  }
}
