import Tables

/// Tables of a risk model as tab-separated text.
package struct RiskTables {
  private let format: NumberFormat

  /// - Parameter digits: significant digits, 17 for the shortest text of the same double.
  package init(digits: Int) { format = NumberFormat(significantDigits: digits) }

  /// `term estimate se statistic p lower upper odds_ratio odds_ratio_lower odds_ratio_upper`.
  package func coefficients(_ model: RiskModel) -> TextBuffer {
    var text = TextBuffer()
    text.append(
      literal:
        "term\testimate\tse\tstatistic\tp\tlower\tupper\todds_ratio\todds_ratio_lower\todds_ratio_upper\n"
    )
    for row in model.coefficients {
      text.append(CellText.quoted(row.term))
      for value in [
        row.estimate, row.standardError, row.statistic, row.pValue, row.lower, row.upper,
        row.oddsRatio.value, row.oddsRatio.lower, row.oddsRatio.upper,
      ] { text.append(tabbed: value, format: format) }
      text.appendNewline()
    }
    return text
  }

  /// `SUBJECT risk lower upper subject_lower subject_upper observed fold_risk`.
  package func risks(_ model: RiskModel) -> TextBuffer {
    var text = TextBuffer()
    text.append(CellText.quoted(model.data.subject))
    text.append(
      literal: "\trisk\tlower\tupper\tsubject_lower\tsubject_upper\tobserved\tfold_risk\n")
    for row in model.subjects {
      text.append(CellText.quoted(row.id))
      for value in [
        row.risk, row.lower, row.upper, row.subjectLower, row.subjectUpper, row.observed,
        row.foldRisk,
      ] { text.append(tabbed: value, format: format) }
      text.appendNewline()
    }
    return text
  }

  /// One row a replicate that has estimates, one column a coefficient.
  package func replicates(_ model: RiskModel) -> TextBuffer {
    var text = TextBuffer()
    text.append(literal: "replicate")
    for row in model.coefficients { text.append("\t" + CellText.quoted(row.term)) }
    text.appendNewline()
    for (index, values) in model.replicates.enumerated() {
      text.append(index + 1)
      for value in values { text.append(tabbed: value, format: format) }
      text.appendNewline()
    }
    return text
  }
}
