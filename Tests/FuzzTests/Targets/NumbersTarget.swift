import Tables

/// Numbers as text, held to the standard library's readers.
enum NumbersTarget: FuzzTarget {
  static let name = "numbers"
  static let words = ["e-308", "e+308", "e-324", ".", "-", "+", "inf", "nan", "0000000000000000"]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] {
    [
      "0", "-0.5", "1e-3", "1.7976931348623157e308", "4.9e-324", "123456789012345678", "0.1",
      "9007199254740993", "-.5e+07", "inf", "nan", "0.00000000000000000001", "1e400", "1e-400",
    ].map { Array($0.utf8) }
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let text = String(decoding: input, as: UTF8.self)
    let double = input.withUnsafeBytes { parseDouble($0) }
    let integer = input.withUnsafeBytes { parseInteger($0) }
    if let double {
      try require(
        parseDouble("\(double)")?.bitPattern == double.bitPattern || double.isNaN,
        "\(double) as text")
    }
    // Hexadecimal and the words are read by one and not the other.
    guard input.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return }
    try requireSame(double?.bitPattern, Double(text)?.bitPattern, "'\(text)' as a double")
    guard input.count <= 18, input.first != UInt8(ascii: "+") else { return }
    try requireSame(integer, Int(text), "'\(text)' as an integer")
  }
}
