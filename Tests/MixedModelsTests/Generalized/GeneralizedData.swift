import Distributions
import Foundation
import LinearAlgebra

@testable import MixedModels

/// Small data for criteria of generalised models: two crossed factors, a time and a treatment.
struct GeneralizedData {
  let rows: ResponseRows
  let subject: [Int]
  let item: [Int]
  let time: [Double]

  init(_ family: ResponseFamily, subjects: Int = 12, items: Int = 5, seed: UInt64 = 3) {
    var random = RandomNumbers(seed: seed, stream: 0)
    var (subject, item, time, response, sizes, x):
      ([Int], [Int], [Double], [Double], [Double], [Double])
    (subject, item, time, response, sizes, x) = ([], [], [], [], [], [])
    let levels = (0..<subjects).map { _ in 0.8 * random.normal() }
    let slopes = (0..<subjects).map { _ in 0.5 * random.normal() }
    let ease = (0..<items).map { _ in 0.6 * random.normal() }
    for i in 0..<subjects {
      for j in 0..<items where random.uniform() < 0.9 {
        let t = Double(j) - 1.5
        let treatment = Double(i % 2)
        let eta = -0.3 + 0.5 * treatment + levels[i] + slopes[i] * t + ease[j]
        let size = family == .binomial ? Double(1 + Int(4 * random.uniform())) : 1
        var y = 0.0
        if family == .binomial {
          for _ in 0..<Int(size) where random.uniform() < family.mean(eta) { y += 1 / size }
        } else {
          var product = random.uniform()
          while product > exp(-family.mean(eta)) {
            y += 1
            product *= random.uniform()
          }
        }
        subject.append(i)
        item.append(j)
        time.append(t)
        response.append(y)
        sizes.append(size)
        x.append(treatment)
      }
    }
    self.subject = subject
    self.item = item
    self.time = time
    rows = ResponseRows(
      family: family, response: response, sizes: sizes,
      offset: (0..<x.count).map { 0.1 * Double($0 % 3) },
      columns: Matrix(
        rows: x.count, columns: [[Double](repeating: 1, count: x.count), x, time]))
  }

  func term(_ levels: [Int], _ columns: [[Double]]) -> RandomTerm {
    RandomTerm(
      group: "g", columns: Matrix(rows: levels.count, columns: columns),
      columnNames: columns.indices.map { "c\($0)" }, levelOfRow: levels,
      levelNames: (0...(levels.max() ?? 0)).map { "l\($0)" })
  }

  var ones: [Double] { [Double](repeating: 1, count: subject.count) }

  /// Subjects' intercepts; intercepts and slopes; both factors; slopes and items.
  var structures: [[RandomTerm]] {
    [
      [term(subject, [ones])], [term(subject, [ones, time])],
      [term(subject, [ones]), term(item, [ones])],
      [term(subject, [ones, time]), term(item, [ones])],
      [term(subject, [ones]), term(subject, [time]), term(item, [ones, time])],
    ]
  }

  func design(_ terms: [RandomTerm]) -> StructuredDesign {
    StructuredDesign(
      terms: terms, residual: .homogeneous(samples: subject.count), isOutline: true)
  }
}
