import Testing

extension FitMarginalTests {
  /// One row of emmeans.
  struct Row: Decodable, Sendable {
    let at: [String: Label]
    let coefficients: [String: Double]
    let estimate: Double
    let se: Double
    let df: Double
    let p: Double
    let lower: Double
    let upper: Double
    let krSe: Double
    let krDf: Double
    let krP: Double
    let krLower: Double
    let krUpper: Double

    /// The row as an expression of coefficients.
    var expression: String {
      coefficients.sorted { $0.key < $1.key }
        .map { "\($0.value < 0 ? "-" : "+") \(abs($0.value)) * \($0.key)" }
        .joined(separator: " ")
    }
  }

  /// A level, or a number.
  enum Label: Decodable, Sendable, Hashable {
    case text(String)
    case number(Double)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = Self.parsed(try container.decode(String.self))
      }
    }

    static func parsed(_ text: String) -> Label {
      Double(text).map(Label.number) ?? .text(text)
    }
  }

  struct Joint: Decodable, Sendable {
    let name: String
    let statistic: Double
    let df1: Double
    let df2: Double
    let p: Double
    let krStatistic: Double
    let krDf2: Double
    let krP: Double
  }

  struct Model: Decodable, Sendable, CustomTestStringConvertible {
    let id: String
    let data: String
    let formula: String
    let means: [Row]
    let differences: [Row]
    let slopes: [Row]?
    let slopeDifferences: [Row]?
    let joint: [Joint]

    var testDescription: String { id }
    var rows: [Row] { means + differences + (slopes ?? []) + (slopeDifferences ?? []) }
  }

  struct RandomTests: Decodable, Sendable, CustomTestStringConvertible {
    struct Test: Decodable, Sendable {
      let removed: String
      let lrt: Double
    }

    let id: String
    let formula: String
    let tests: [Test]

    var testDescription: String { id }
  }

  /// What `--json` has of answers to these questions.
  struct Answers: Decodable {
    struct Estimate: Decodable {
      let estimate: Double
      let se: Double
      let df: Double
      let p: Double
      let lower: Double
      let upper: Double
      let at: [String: String]?
    }

    struct Term: Decodable {
      let term: String
      let statistic: Double
      let df1: Double
      let df2: Double
      let p: Double
    }

    struct Test: Decodable {
      let name: String
      let statistic: Double
      let p: Double
    }

    let contrasts: [Estimate]?
    let marginalMeans: [Estimate]?
    let slopes: [Estimate]?
    let anova: [Term]?
    let tests: [Test]
  }
}
