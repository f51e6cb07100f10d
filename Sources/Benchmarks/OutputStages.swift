import BlockGzip
import Distributions
import Simulation
import Tables

/// From estimates to the finished table: tails, text of numbers, compression.
var outputStages: [Stage] {
  tailStages + [textStage(digits: 6), textStage(digits: 17), integerStage]
    + [fastCompressionStage] + [1, 4, 6].map(compressionStage)
}

/// Values per call of a stage's work.
private let block = 4096

private var tailStages: [Stage] {
  func stage(_ name: String, unit: String, values: [(t: Double, df: Double)]) -> Stage {
    Stage("tails/\(name)", unit: unit) {
      return {
        var sum = 0.0
        for value in values {
          sum += StudentT.logTwoSidedTail(value.t, degreesOfFreedom: value.df)
        }
        precondition(sum < 0, "the logarithms of the tails sum to \(sum)")
        return Double(values.count)
      }
    }
  }
  var numbers = RandomNumbers(seed: 2)
  // As Satterthwaite's degrees of freedom of the designs: tens to hundreds, never whole.
  let usual = (0..<block).map { _ in (numbers.normal(), 15 + 700 * numbers.uniform()) }
  let small = usual.map { (4 + 6 * abs($0.0), $0.1) }
  let underflow = (0..<block).map { _ in (100 + 50 * numbers.uniform(), 1000.0) }
  return [
    stage("usual", unit: "tails", values: usual), stage("small", unit: "tails", values: small),
    stage("below 1e-300", unit: "tails", values: underflow),
    stage("normal", unit: "tails", values: usual.map { ($0.0, .infinity) }),
  ]
}

private func textStage(digits: Int) -> Stage {
  Stage("text/\(digits) digits", unit: "numbers") {
    let format = NumberFormat(significantDigits: digits)
    let values = tableNumbers(count: block)
    var text = TextBuffer(capacity: 32 * block)
    return {
      text.removeAll()
      for value in values {
        text.appendTab()
        text.append(value, format: format)
      }
      precondition(text.count > block, "\(text.count) bytes of text")
      return Double(values.count)
    }
  }
}

private var integerStage: Stage {
  Stage("text/integers", unit: "numbers") {
    var numbers = RandomNumbers(seed: 3)
    let values = (0..<block).map { _ in numbers.integer(below: 200_000_000) }
    var text = TextBuffer(capacity: 16 * block)
    return {
      text.removeAll()
      for value in values {
        text.appendTab()
        text.append(value)
      }
      precondition(text.count > block, "\(text.count) bytes of text")
      return Double(values.count)
    }
  }
}

/// Megabytes (10⁶) of table text through the BGZF writer; the null device takes the result.
private func compressionStage(level: Int) -> Stage {
  Stage("bgzf/level \(level)", unit: "MB") {
    let text = tableText(rows: block)
    let writer = try BlockGzipWriter(path: "/dev/null", level: level)
    return {
      try text.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(OutputError) in
        try writer.write(bytes)
      }
      return 1e-6 * Double(text.count)
    }
  }
}

/// The same through the writer of the table of pairs.
private var fastCompressionStage: Stage {
  Stage("bgzf/fast", unit: "MB") {
    let text = tableText(rows: block)
    let writer = try FastBlockGzipWriter(path: "/dev/null")
    return {
      try text.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(OutputError) in
        try writer.write(bytes)
      }
      return 1e-6 * Double(text.count)
    }
  }
}

/// Numbers as a table of pairs has them: estimates, standard errors, probabilities, deviances.
private func tableNumbers(count: Int) -> [Double] {
  var numbers = RandomNumbers(seed: 4)
  return (0..<count).map { index in
    switch index % 4 {
    case 0: 0.2 * numbers.normal()
    case 1: 0.05 + 0.05 * numbers.uniform()
    case 2: numbers.uniform()
    default: 1500 + 300 * numbers.normal()
    }
  }
}

/// Rows like those of a table of pairs: words that repeat, positions that grow, numbers that
/// compress badly.
private func tableText(rows: Int) -> TextBuffer {
  let values = tableNumbers(count: 20 * rows)
  let format = NumberFormat()
  var text = TextBuffer(capacity: 256 * rows)
  for row in 0..<rows {
    text.append(literal: "chr1\t")
    text.append(5_000 * (row / 16))
    text.append(literal: "\tchr1_")
    text.append(5_000 * (row / 16))
    text.append(literal: "_A_G\tA\tG\tGENE")
    text.append(100 + row % 16)
    text.append(literal: "\t800\t100")
    for value in values[(20 * row)..<(20 * row + 20)] {
      text.appendTab()
      text.append(value, format: format)
    }
    text.append(literal: "\tok\n")
  }
  return text
}
