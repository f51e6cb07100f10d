/// What VCF allows in the columns of a site (VCF 4.3, section 1.6.1).
enum SiteText {
  /// Whether `name` can be a chromosome: visible characters without commas and quotes, and angle
  /// brackets around the whole or not at all.
  ///
  /// Colons and asterisks are allowed, because contigs of HLA alleles have them.
  static func isChromosome(_ name: UnsafeRawBufferPointer) -> Bool {
    let isSymbolic = name.first == UInt8(ascii: "<") && name.last == UInt8(ascii: ">")
    let inner = isSymbolic ? name.dropFirst().dropLast() : name[...]
    // An asterisk may not come first, where it would be a whole name (SAM, section 1.2.1).
    guard let first = inner.first, first != UInt8(ascii: "*"), first != UInt8(ascii: "=") else {
      return false
    }
    return inner.allSatisfy {
      $0 > 0x20 && $0 != 0x7F && !Self.quotes.contains($0)
    }
  }

  private static let quotes = Array(",<>\"'`\\(){}".utf8)

  /// Whether `allele` is a sequence of A, C, G, T and N.
  @inline(__always)
  static func isSequence(_ allele: some Sequence<UInt8>) -> Bool {
    allele.allSatisfy {
      // Small letters are the large ones with this bit.
      switch $0 & ~0x20 {
      case 0x41, 0x43, 0x47, 0x54, 0x4E: true
      default: false
      }
    }
  }

  /// Whether `allele` can be an ALT allele: a sequence, `*`, `.`, a symbol `<…>` or a breakend.
  static func isAlternate(_ allele: UnsafeRawBufferPointer) -> Bool {
    guard !isSequence(allele), let first = allele.first, let last = allele.last else {
      return !allele.isEmpty
    }
    if allele.count == 1 { return first == UInt8(ascii: "*") || first == UInt8(ascii: ".") }
    if first == UInt8(ascii: "<"), !allele.contains(where: isBracket) {
      return last == UInt8(ascii: ">") && allele.count > 2
        && allele.dropFirst().dropLast().allSatisfy { $0 > 0x20 && $0 != 0x3C && $0 != 0x3E }
    }
    if first == UInt8(ascii: ".") || last == UInt8(ascii: ".") {
      return isSequence(first == UInt8(ascii: ".") ? allele.dropFirst() : allele.dropLast())
    }
    return isBreakend(allele)
  }

  private static func isBracket(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
  }

  /// `s[p[`, `s]p]`, `]p]s` or `[p[s`: a sequence (or a symbol) and a place between like brackets.
  private static func isBreakend(_ allele: UnsafeRawBufferPointer) -> Bool {
    guard let open = allele.firstIndex(where: isBracket),
      let close = allele.lastIndex(where: isBracket), open < close, allele[open] == allele[close],
      (open == allele.startIndex) != (close == allele.index(before: allele.endIndex))
    else { return false }
    let place = allele[(open + 1)..<close]
    let rest = open == allele.startIndex ? allele[(close + 1)...] : allele[..<open]
    return !place.isEmpty && place.allSatisfy { $0 > 0x20 && !isBracket($0) }
      && (isSequence(rest) || rest.first == UInt8(ascii: "<") || rest.elementsEqual([0x2E]))
  }

  /// Whether `name` can be a FORMAT field.
  static func isField(_ name: some StringProtocol) -> Bool {
    let bytes = Array(name.utf8)
    func isLetter(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "_") || (0x41...0x5A).contains(byte & ~0x20)
    }
    guard let first = bytes.first, isLetter(first) else { return false }
    return bytes.allSatisfy {
      isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".")
    }
  }
}
