extension SimulationOptions {
  /// Visit times from the text of `--times`: one whole number K means 0, 1, … K−1, a list with
  /// commas means itself.
  ///
  /// - Throws: `SimulationOptionError` for anything else.
  package static func times(from text: String) throws(SimulationOptionError) -> [Double] {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    if fields.count == 1 {
      guard let count = Int(text), (1...100_000).contains(count) else {
        throw SimulationOptionError(
          "times", found: text,
          expected: "a number of visits from 1 to 100000, or a list of times with commas")
      }
      return (0..<count).map(Double.init)
    }
    return try numbers(fields, option: "times", text: text)
  }

  /// Lowest and highest minor allele frequency from `LOW,HIGH`; `LOW` alone means up to 0.5.
  ///
  /// - Throws: `SimulationOptionError` when the text is not that.
  package static func frequencies(
    from text: String
  ) throws(SimulationOptionError) -> ClosedRange<Double> {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    let bounds = try numbers(fields, option: "maf", text: text)
    guard let low = bounds.first, let high = bounds.count == 1 ? 0.5 : bounds.last,
      bounds.count <= 2, low <= high
    else {
      throw SimulationOptionError(
        "maf", found: text, expected: "the lowest and the highest frequency, such as 0.05,0.5")
    }
    return low...high
  }

  private static func numbers(
    _ fields: [Substring], option: String, text: String
  ) throws(SimulationOptionError) -> [Double] {
    var values: [Double] = []
    for field in fields {
      guard let value = Double(field), value.isFinite else {
        throw SimulationOptionError(
          option, found: text, expected: "numbers with commas between them, not '\(field)'")
      }
      values.append(value)
    }
    return values
  }
}
