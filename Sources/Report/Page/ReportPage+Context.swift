import Plots

extension ReportPage {
  /// What the template is filled with: markup already, with all texts escaped.
  var context: [String: Any] {
    var numbers = Numbers()
    var context: [String: Any] = [
      "language": Self.escape(language),
      "title": Self.escape(title),
      "stylesheet": ReportStylesheet.text + PlotStylesheet.text,
      "script": ReportScript.text,
      "sections": sections.map { section -> [String: Any] in
        [
          "id": section.id,
          "heading": Self.escape(section.heading),
          "blocks": section.blocks.map { Self.context(of: $0, &numbers) },
        ]
      },
    ]
    if !subtitle.isEmpty { context["subtitle"] = Self.escape(subtitle) }
    if !footer.isEmpty { context["footer"] = Self.escape(footer) }
    return context
  }

  /// How many figures and tables there were so far.
  private struct Numbers {
    var figures = 0
    var tables = 0

    mutating func figure() -> String {
      figures += 1
      return String(figures)
    }

    mutating func table() -> String {
      tables += 1
      return String(tables)
    }
  }

  private static func escape(_ text: String) -> String { MarkupText.escape(text) }

  private static func context(of block: ReportBlock, _ numbers: inout Numbers) -> [String: Any] {
    switch block {
    case .paragraph(let text): return ["paragraph": escape(text)]
    case .heading(let text): return ["subheading": escape(text)]
    case .callout(let callout):
      var context: [String: Any] = [
        "verdict": callout.verdict.rawValue, "sign": callout.verdict.sign,
        "word": callout.verdict.word, "verdictTitle": escape(callout.title),
      ]
      if !callout.text.isEmpty { context["verdictText"] = escape(callout.text) }
      return ["callout": context]
    case .figure(let figure):
      return [
        "figure": [
          "number": numbers.figure(), "wide": figure.wide, "narrow": figure.narrow ?? "",
          "forms": figure.narrow == nil ? "one" : "two",
          "caption": escape(figure.title), "howToRead": escape(figure.caption),
        ]
      ]
    case .grid(let grid):
      return [
        "grid": [
          "number": numbers.figure(), "pictures": grid.pictures,
          "caption": escape(grid.title), "howToRead": escape(grid.caption),
        ]
      ]
    case .table(let table): return ["table": context(of: table, number: numbers.table())]
    case .facts(let facts):
      let list = facts.map { ["term": escape($0.term), "value": escape($0.value)] }
      return ["facts": ["list": list]]
    case .copyable(let title, let text):
      return ["copyable": ["copyTitle": escape(title), "copyText": escape(text)]]
    }
  }

  private static func context(of table: ReportTable, number: String) -> [String: Any] {
    let rows = table.rows.map { row -> [String: Any] in
      let cells = zip(row, table.columns).enumerated().map { index, cell -> [String: Any] in
        [
          "cell": escape(cell.0), "alignment": cell.1.alignment.rawValue, "isHead": index == 0,
        ]
      }
      return ["cells": cells]
    }
    var context: [String: Any] = [
      "number": number, "caption": escape(table.title), "rows": rows,
      "columns": table.columns.map {
        ["name": escape($0.name), "alignment": $0.alignment.rawValue]
      },
    ]
    // Narrow letters let the usual table of results stand without scrolling.
    if table.columns.count > 8 { context["isWide"] = true }
    if !table.note.isEmpty { context["note"] = escape(table.note) }
    return context
  }
}
