/// A verdict, told by a word and a sign as well as by colour.
package struct ReportCallout: Sendable {
  package enum Verdict: String, Sendable, CaseIterable {
    case fine, caution, problem

    var word: String {
      switch self {
      case .fine: "Fine"
      case .caution: "Caution"
      case .problem: "Problem"
      }
    }

    var sign: String {
      switch self {
      case .fine: "✓"
      case .caution: "!"
      case .problem: "✕"
      }
    }
  }

  package let verdict: Verdict
  package let title: String
  package let text: String

  /// - Parameter text: what follows from the verdict; empty for none.
  package init(_ verdict: Verdict, title: String, text: String = "") {
    self.verdict = verdict
    self.title = title
    self.text = text
  }
}
