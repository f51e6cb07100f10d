import KernelInterface
import Testing
import VectorKernels

@Suite("Products in single precision")
struct FloatProductTests {
  static let levels = SIMDLevel.allCases.filter(\.isSupported)

  private static func numbers(_ count: Int, _ generator: inout SplitMix) -> [Float] {
    (0..<count).map { _ in Float.random(in: -2...2, using: &generator) }
  }

  private static func multiply(
    _ level: SIMDLevel, _ left: [Float], _ right: [Float], rows: Int, inner: Int, columns: Int,
    stride: Int
  ) -> [Float] {
    var out = [Float](repeating: -77, count: rows * stride)
    level.kernel.multiply(
      left, right, into: &out, rows: rows, inner: inner, columns: columns, stride: stride)
    return out
  }

  @Test(
    "are those of a plain loop, and nothing beside them is written", arguments: levels,
    [(1, 1, 32, 32), (5, 3, 32, 64), (6, 100, 96, 96), (20, 101, 64, 128), (43, 7, 256, 256)])
  func naive(level: SIMDLevel, size: (rows: Int, inner: Int, columns: Int, stride: Int)) {
    var generator = SplitMix(state: 5)
    let (rows, inner, columns, stride) = size
    let left = Self.numbers(rows * inner, &generator)
    let right = Self.numbers(inner * stride, &generator)
    let out = Self.multiply(
      level, left, right, rows: rows, inner: inner, columns: columns, stride: stride)
    for row in 0..<rows {
      for column in 0..<stride {
        let found = out[row * stride + column]
        guard column < columns else {
          #expect(found == -77)
          continue
        }
        var sum = 0.0
        var size = 0.0
        for k in 0..<inner {
          let term = Double(left[row * inner + k]) * Double(right[k * stride + column])
          sum += term
          size += abs(term)
        }
        // Every step rounds a partial sum by half a unit in the last place.
        #expect(abs(Double(found) - sum) <= Double(inner + 1) * 0x1p-24 * size)
      }
    }
  }

  @Test("of a column are the same bits wherever it lies, on every instruction set")
  func places() {
    var generator = SplitMix(state: 6)
    let (rows, inner, stride) = (13, 90, 128)
    let left = Self.numbers(rows * inner, &generator)
    let right = Self.numbers(inner * stride, &generator)
    let all = Self.multiply(
      .highest, left, right, rows: rows, inner: inner, columns: 128, stride: stride)
    for level in Self.levels {
      for shift in [0, 1, 15, 33, 95] {
        // Column j becomes column j + shift, in a product of another width.
        var moved = [Float](repeating: 9, count: inner * stride)
        for k in 0..<inner {
          for j in 0..<(stride - shift) { moved[k * stride + j + shift] = right[k * stride + j] }
        }
        let columns = shift == 33 ? 64 : 128
        let out = Self.multiply(
          level, left, moved, rows: rows, inner: inner, columns: columns, stride: stride)
        for row in 0..<rows {
          for j in 0..<(columns - shift) {
            #expect(
              out[row * stride + j + shift].bitPattern == all[row * stride + j].bitPattern,
              "\(level), column \(j) moved by \(shift)")
          }
        }
      }
    }
  }

  @Test("of a row with itself are taken off, every column by itself", arguments: levels)
  func gram(level: SIMDLevel) {
    var generator = SplitMix(state: 7)
    let (p, columns, stride) = (9, 64, 96)
    let whitened = Self.numbers(2 * p * stride, &generator)
    let plain = Self.numbers(3 * stride, &generator)
    var out = plain
    level.kernel.subtractGram(
      whitened, from: &out, fixed: p, columns: columns, stride: stride)
    for column in 0..<stride {
      for (row, (a, b)) in [(0, 0), (0, 1), (1, 1)].enumerated() {
        let before = plain[row * stride + column]
        var sum = 0.0
        for j in 0..<p where column < columns {
          sum +=
            Double(whitened[(a * p + j) * stride + column])
            * Double(whitened[(b * p + j) * stride + column])
        }
        // Ten roundings of sums below 9 · 4.
        #expect(abs(Double(out[row * stride + column]) - (Double(before) - sum)) <= 4e-5)
      }
    }
  }
}
