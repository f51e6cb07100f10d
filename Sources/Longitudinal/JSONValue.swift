import FoundationEssentials

/// A value of JSON; numbers that are not finite are null.
package enum JSONValue: Encodable {
  case text(String)
  case number(Double)
  case integer(Int)
  case boolean(Bool)
  case list([JSONValue])
  case object([String: JSONValue])
  case null

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let value): try container.encode(value)
    case .number(let value) where value.isFinite: try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .boolean(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    case .null, .number: try container.encodeNil()
    }
  }

  /// UTF-8, with a line end.
  package func document() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}
