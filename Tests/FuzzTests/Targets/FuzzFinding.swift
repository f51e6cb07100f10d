import BlockGzip

/// Something that is not true of how an input was read.
struct FuzzFinding: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// - Throws: `FuzzFinding` where `condition` is false.
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws(FuzzFinding) {
  if !condition { throw FuzzFinding(what()) }
}

/// - Throws: `FuzzFinding` where two readings of the same data differ.
func requireSame<Value: Equatable>(
  _ left: Value, _ right: Value, _ what: String
) throws(FuzzFinding) {
  if left != right { throw FuzzFinding("\(what): \(left) and \(right)") }
}

/// What a reader made of an input: a value or a refusal.
enum Outcome<Value: Equatable>: Equatable {
  case read(Value)
  case refused(InputError)

  /// Runs a reader.
  ///
  /// - Throws: `FuzzFinding` for a refusal that does not say what is wrong and where.
  init(_ read: () throws -> Value) throws {
    do {
      self = .read(try read())
    } catch let error as InputError {
      try require(
        error.kind == .malformed && error.path != nil && !error.what.isEmpty,
        "a refusal without its place or of another kind: \(error)")
      self = .refused(error)
    }
  }

  /// What was read, nil where the input was refused.
  var value: Value? {
    if case .read(let value) = self { value } else { nil }
  }
}

/// Whether text can be written again as it was.
func isText(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
