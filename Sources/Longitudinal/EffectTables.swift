import MixedModels
import Tables

/// Tables of a fit as tab-separated text.
package struct EffectTables {
  private let format: NumberFormat

  /// - Parameter digits: significant digits, 17 for the shortest text of the same double.
  package init(digits: Int) { format = NumberFormat(significantDigits: digits) }

  /// `group level term estimate se ols_estimate shrinkage`.
  package func randomEffects(_ effects: [RandomEffectEstimate]) -> TextBuffer {
    var text = TextBuffer()
    text.append(literal: "group\tlevel\tterm\testimate\tse\tols_estimate\tshrinkage\n")
    for effect in effects {
      let names = [effect.group, effect.level, effect.term]
      text.append(names.map(CellText.quoted).joined(separator: "\t"))
      for value in [
        effect.estimate, effect.standardError, effect.ownEstimate, effect.shrinkage,
      ] { text.append(tabbed: value, format: format) }
      text.appendNewline()
    }
    return text
  }

  /// `term estimate se df statistic p lower upper`.
  package func fixedEffects(_ effects: [FixedEffect]) -> TextBuffer {
    var text = TextBuffer()
    text.append(literal: "term\testimate\tse\tdf\tstatistic\tp\tlower\tupper\n")
    for effect in effects {
      text.append(CellText.quoted(effect.term))
      for value in [
        effect.estimate, effect.standardError, effect.degreesOfFreedom, effect.statistic,
        effect.pValue, effect.lower, effect.upper,
      ] { text.append(tabbed: value, format: format) }
      text.appendNewline()
    }
    return text
  }

  /// `group stratum term1 term2 covariance sd_or_correlation lower upper`, the residual SD and its
  /// parameters last; `NA` for what a row does not have.
  package func varianceComponents(_ fit: LinearMixedFit) -> TextBuffer {
    var text = varianceComponents(fit.varianceComponents)
    let (deviation, interval) = (fit.residualDeviation, fit.residualDeviationInterval)
    append(
      ["residual", nil, "sd", nil],
      [deviation * deviation, deviation, interval.lower, interval.upper], to: &text)
    for parameter in fit.residualParameters {
      append(
        ["residual", nil, parameter.name, nil],
        [.nan, parameter.estimate, parameter.lower, parameter.upper], to: &text)
    }
    return text
  }

  /// The same without a residual.
  package func varianceComponents(_ components: [VarianceComponentEstimate]) -> TextBuffer {
    var text = TextBuffer()
    text.append(
      literal: "group\tstratum\tterm1\tterm2\tcovariance\tsd_or_correlation\tlower\tupper\n")
    for component in components {
      append(
        [component.group, component.stratum, component.first, component.second],
        [
          component.covariance, component.deviationOrCorrelation, component.lower, component.upper,
        ], to: &text)
    }
    return text
  }

  private func append(_ names: [String?], _ values: [Double], to text: inout TextBuffer) {
    text.append(names.map { $0.map(CellText.quoted) ?? "NA" }.joined(separator: "\t"))
    for value in values { text.append(tabbed: value, format: format) }
    text.appendNewline()
  }

  /// The new data's columns, then `fitted se lower upper lower_new upper_new` and, with a threshold,
  /// `p_exceed`.
  package func predictions(
    _ data: NewData, _ predictions: [Prediction?], threshold: Threshold?
  ) -> TextBuffer {
    var text = TextBuffer()
    let names = data.header.enumerated().map { $1.isEmpty ? "row" : $1 }
    text.append(
      (names + ["fitted", "se", "lower", "upper", "lower_new", "upper_new"]
        + (threshold == nil ? [] : ["p_exceed"])).map(CellText.quoted).joined(separator: "\t"))
    text.appendNewline()
    for (cells, prediction) in zip(data.rows, predictions) {
      text.append(cells.map { $0.isEmpty ? "NA" : CellText.quoted($0) }.joined(separator: "\t"))
      var values = [Double](repeating: .nan, count: 6)
      if let prediction {
        values = [
          prediction.fitted, prediction.standardError, prediction.lower, prediction.upper,
          prediction.lowerNew, prediction.upperNew,
        ]
      }
      if let threshold { values.append(prediction.map(threshold.probability) ?? .nan) }
      for value in values { text.append(tabbed: value, format: format) }
      text.appendNewline()
    }
    return text
  }

  /// `subject time risk status`.
  package func visits(_ visits: [VisitSchedule.Visit]) -> TextBuffer {
    var text = TextBuffer()
    text.append(literal: "subject\ttime\trisk\tstatus\n")
    for visit in visits {
      text.append(CellText.quoted(visit.subject))
      text.append(tabbed: visit.time, format: format)
      text.append(tabbed: visit.risk, format: format)
      text.append("\t\(visit.status.rawValue)\n")
    }
    return text
  }
}
