/// What the second pass finds of one gene.
struct GeneLevelResult: Sendable, Equatable {
  /// Effective number of tests; 0 where it was not asked for.
  var effectiveTests = 0
  var bootstrap = ResampledPValue()
  var permutation = ResampledPValue()
  /// Rows that may be independent signals, once the threshold over all genes is known.
  var signals: [SignalRow] = []

  /// The natural logarithm of a method's p-value.
  ///
  /// - Parameters:
  ///   - combined: that of the Cauchy combination.
  ///   - smallest: that of the gene's lead variant.
  func logP(of method: GenePValueMethod, combined: Double, smallest: Double) -> Double {
    switch method {
    case .acat: combined
    case .effectiveTests:
      effectiveTests > 0
        ? min(0, smallest + Double.log(Double(effectiveTests))) : .nan
    case .bootstrap: bootstrap.logP
    case .permutation: permutation.logP
    }
  }

  /// What a method with replicates found.
  func resampled(by method: GenePValueMethod) -> ResampledPValue? {
    switch method {
    case .acat, .effectiveTests: nil
    case .bootstrap: bootstrap
    case .permutation: permutation
    }
  }
}

// MARK: Bytes

extension GeneLevelResult {
  /// The result with the gene's index in the expression file.
  func encode(gene: Int) -> BinaryEncoder {
    var encoder = BinaryEncoder()
    encoder.append(gene)
    encoder.append(effectiveTests)
    for value in [bootstrap, permutation] {
      encoder.append(value.logP)
      encoder.append(value.shape1)
      encoder.append(value.shape2)
      encoder.append(value.replicates)
    }
    encoder.append(signals.count)
    for signal in signals {
      encoder.append(signal.rank)
      encoder.append(signal.count)
      encoder.append(signal.forward)
      encoder.append(signal.backward)
      encoder.append(signal.text)
    }
    return encoder
  }

  static func decode(_ bytes: [UInt8]) throws(JournalDamage) -> (gene: Int, GeneLevelResult) {
    var decoder = BinaryDecoder(bytes)
    let gene = try decoder.next(Int.self)
    var result = GeneLevelResult()
    result.effectiveTests = try decoder.count()
    result.bootstrap = try decoder.resampled()
    result.permutation = try decoder.resampled()
    for _ in 0..<(try decoder.count()) {
      result.signals.append(
        SignalRow(
          rank: try decoder.next(), count: try decoder.next(), forward: try decoder.next(),
          backward: try decoder.next(), text: try decoder.text()))
    }
    guard decoder.isAtEnd else { throw JournalDamage() }
    return (gene, result)
  }
}

extension BinaryDecoder {
  fileprivate mutating func resampled() throws(JournalDamage) -> ResampledPValue {
    var value = ResampledPValue()
    value.logP = try next()
    value.shape1 = try next()
    value.shape2 = try next()
    value.replicates = try next()
    return value
  }
}
