import Foundation
import Testing

/// What `fit --compare-averaged --json` says.
struct AveragedReport: Decodable {
  struct Effect: Decodable {
    var estimate: Double, se: Double, df: Double, statistic: Double, p: Double
    var lower: Double, upper: Double
  }

  struct Contribution: Decodable {
    var term: String, meanDifference: Double?, coefficient: Double?, value: Double
  }

  struct Reason: Decodable {
    var kind: String, text: String
  }

  struct Comparison: Decodable {
    var condition: String, level: String, reference: String, subject: String
    var mixed: Effect, paired: Effect
    var difference: Double
    var heldAt: [String: Double]
    var nSubjects: Int, nSubjectsDropped: Int, nTrialsDropped: Int
    var trials: [Double], trialsMedian: Double
    var contributions: [Contribution]
    var weighting: Double, weights: [Double], equalWeightSeRatio: Double
    var betweenVariance: [Double], noiseVariance: [Double], noiseShare: [Double]
    var differenceVariance: Double, modelSe: Double
    var sharedVariances: [String: Double]
    var residualSds: [Double]
    var agree: Bool
    var conclusion: String
    var reasons: [Reason]

    var kinds: [String] { reasons.map(\.kind) }
  }

  var fixedEffects: [FitReport.Coefficient]
  var varianceComponents: [FitReport.Component]
  var residualSd: Double
  var residualVariance: [String: Double]
  var deviance: Double
  var status: String
  var averaged: [Comparison]

  /// Fits `trials.tsv` of a folder.
  init(
    _ formula: String, _ flags: [String] = [], in folder: ScratchFolder,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Command.slopeqtl(
      ["fit", "trials.tsv", "--formula", formula, "--compare-averaged", "--json", "-"] + flags,
      in: folder)
    #expect(result.exitCode == 0, "\(result.errors)", sourceLocation: sourceLocation)
    self = try FitReport.decoder.decode(AveragedReport.self, from: Data(result.output.utf8))
  }
}

/// Trials of subjects under conditions, drawn by a fixed rule.
struct TrialTable {
  var subjects = 16
  var conditions = ["a", "b"]
  /// Of a subject and a condition.
  var count: (Int, Int) -> Int = { _, _ in 12 }
  /// The residual SD of a condition.
  var deviation: (Int) -> Double = { _ in 3 }
  var slopeDeviation = 2.0
  /// A covariate of a trial, by condition and place; its coefficient is −1.
  var covariate: (Int, Int) -> Double = { _, place in Double(place % 4) }
  /// The item of a trial and its SD.
  var item: (Int, Int) -> Int = { _, place in place % 6 }
  var itemDeviation = 0.0
  /// How conditions are written.
  var label: (String) -> String = { $0 }

  var lines: [String] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) * 0x1p-53
    }
    func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
    let items = (0..<60).map { _ in itemDeviation * normal() }
    var lines = ["subject\tcondition\tx\titem\ty"]
    for subject in 0..<subjects {
      let level = 100 + 5 * normal()
      for (place, condition) in conditions.enumerated() {
        let effect = place == 0 ? 0 : 1.5 * Double(place) + slopeDeviation * normal()
        for trial in 0..<count(subject, place) {
          let x = covariate(place, trial)
          let item = item(place, trial)
          let y = level + effect - x + items[item] + deviation(place) * normal()
          lines.append("s\(subject + 10)\t\(label(condition))\t\(x)\ti\(item)\t\(y)")
        }
      }
    }
    return lines
  }

  func write(to folder: ScratchFolder) throws { try folder.write(ids: lines, to: "trials.tsv") }
}
