import BlockGzip
import Cohort
import TestSupport
import Testing

@Suite struct RelationshipTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// B and C, of which the file has A too, in another order.
  private static let donors = ["C", "B"]
  private static let expected = [1.02, 0.25, 0.25, 0.98]

  private func write(_ lines: [String], separator: String = "\t") throws -> String {
    let text = lines.map {
      $0.split(separator: " ", omittingEmptySubsequences: false).joined(separator: separator)
        + "\n"
    }
    return try folder.write(text.joined(), to: "kinship")
  }

  private func read(_ path: String, donors: [String] = donors) throws -> [Double] {
    try RelationshipTable(path: path, donorIDs: donors).values
  }

  private func refusal(_ path: String, donors: [String] = donors) throws -> InputError {
    let error = try #require(
      #expect(throws: InputError.self) {
        _ = try RelationshipTable(path: path, donorIDs: donors)
      })
    #expect(error.kind == .malformed && error.path != nil)
    #expect(error.found != nil && error.expected != nil && error.advice != nil, "\(error)")
    return error
  }

  /// GCTA's `.grm.bin` and `.grm.id`; the lower triangle row by row.
  private func writeBinary(_ values: [Float], ids: [String]) throws -> String {
    _ = try folder.write(ids.map { "fam\t\($0)\n" }.joined(), to: "k.grm.id")
    return try folder.write(
      values.flatMap { value in (0..<4).map { UInt8((value.bitPattern >> ($0 * 8)) & 255) } },
      to: "k.grm.bin")
  }

  // MARK: Formats

  @Test(arguments: ["\t", " "])
  func `a square table may have its donors in any order`(separator: String) throws {
    let path = try write(
      ["id A B C", "B 0 0.98 0.25", "C 0 0.25 1.02", "A 1 0 0"], separator: separator)
    #expect(try read(path) == Self.expected)
  }

  @Test func `a square table may lack its corner`() throws {
    let path = try write(["A B C D", "B 0 0.98 0.25 0", "C 0 0.25 1.02 0", "A 1 0 0 0"])
    #expect(try read(path) == Self.expected)
  }

  @Test(arguments: [["B C 0.25"], ["id1 id2 value", "B C 0.25"]])
  func `triplets may leave out zeros and have a header`(first: [String]) throws {
    let path = try write(first + ["A A 1", "B B 0.98", "C C 1.02", "Z B 0.5"])
    #expect(try read(path) == Self.expected)
    #expect(try read(path, donors: ["A", "B"]) == [1, 0, 0, 0.98])
  }

  @Test func `the binary form has a triangle in the order of its ids`() throws {
    let path = try writeBinary([1, 0, 0.75, 0, 0.25, 1.5], ids: ["A", "B", "C"])
    #expect(try read(path) == [1.5, 0.25, 0.25, 0.75])
  }

  @Test func `halves may differ by their rounding`() throws {
    let path = try write(["id B C x", "B 1 0.25001 0", "C 0.25 1 0"])
    #expect(try read(path) == [1, 0.25, 0.25, 1])
  }

  // MARK: Refusals

  @Test func `donors without a row are listed`() throws {
    let error = try refusal(try write(["id A B C", "B 0 1 0"]), donors: ["B", "C", "D"])
    #expect(error.what == "donors without a relationship")
    #expect(error.found == "C, D (2 in all)")
  }

  @Test(arguments: [
    // A table without its corner that loses a value, one with a corner that wins one.
    ["A B C D", "B 0 1 0 0", "C 0 0 1"], ["id A B C", "B 0 1 0", "C 0 0 1 0"],
    ["id A B C", "B 0 1 0", "C 0 0"], ["id A B C", "B 0 1 0 0 0"],
  ])
  func `a row of another length than the others is refused`(lines: [String]) throws {
    let error = try refusal(try write(lines))
    #expect(error.what == "row of another length than the header")
    #expect(error.line == lines.count)
  }

  @Test(arguments: [
    (["id A B C", "B 0 1 0.3", "C 0 0.2 1"], 3), (["B C 0.3", "C B 0.2"], 2),
  ])
  func `an asymmetric matrix is refused`(lines: [String], line: Int) throws {
    let error = try refusal(try write(lines))
    #expect(error.what == "relationship differs across the diagonal")
    #expect(error.line == line && error.column == "C, B")
    #expect(error.found == "0.2 and 0.3")
  }

  @Test(arguments: ["inf", "nan", "-inf"])
  func `a value that is not finite is refused`(value: String) throws {
    let error = try refusal(try write(["id A B C", "B 0 1 \(value)", "C 0 0 1"]))
    #expect(error.what == "relationship is not finite")
    #expect(error.line == 2 && error.column == "B, C")
  }

  @Test func `a cell that is no number is refused`() throws {
    let square = try refusal(try write(["id A B C", "B 0 1 NA", "C 0 0 1"]))
    #expect(square.found == "'NA'" && square.line == 2 && square.column == "C")
    let triplet = try refusal(try write(["B B 1", "C C one"]))
    #expect(triplet.found == "'C C one'" && triplet.line == 2)
  }

  @Test func `a donor that comes twice is refused`() throws {
    let square = try refusal(try write(["id B C B", "B 1 0 1", "C 0 1 0"]))
    #expect(square.what == "duplicate donor" && square.column == "B")
    let binary = try refusal(try writeBinary([1, 0, 1, 0, 0, 1], ids: ["B", "C", "B"]))
    #expect(binary.what == "duplicate donor" && binary.path?.hasSuffix("k.grm.id") == true)
  }

  @Test func `an empty file is refused`() throws {
    #expect(try refusal(try write([])).what == "the file is empty")
  }

  @Test func `a binary form of another size than its ids is refused`() throws {
    let error = try refusal(try writeBinary([1, 0], ids: ["B", "C"]))
    #expect(error.found == "8 bytes" && error.expected == "12 bytes for 2 ids")
  }

  @Test func `a binary form without its ids is unreadable`() throws {
    let path = try folder.write([0, 0, 0, 0] as [UInt8], to: "alone.grm.bin")
    let error = #expect(throws: InputError.self) {
      _ = try RelationshipTable(path: path, donorIDs: Self.donors)
    }
    #expect(error?.kind == .unreadable)
    #expect(error?.path?.hasSuffix("alone.grm.id") == true)
  }
}
