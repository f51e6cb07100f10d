import Foundation
import Testing

@testable import BlockGzip

/// Which file a path stands for.
@Suite struct FileIdentityTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "slopeqtl-identity-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
    try Data("here".utf8).write(to: folder.appendingPathComponent("here"))
    for (link, target) in [("link", "here"), ("dangling", "new"), ("turn", "sub")] {
      try FileManager.default.createSymbolicLink(
        atPath: path(link), withDestinationPath: target)
    }
    try FileManager.default.linkItem(atPath: path("here"), toPath: path("hard"))
  }

  private func path(_ name: String) -> String { folder.path + "/" + name }

  @Test(
    "spellings of one file are one",
    arguments: [
      ("here", "./here"), ("here", "sub/../here"), ("here", "link"), ("here", "hard"),
      ("new", "./new"), ("new", "sub/../new"), ("new", "dangling"), ("sub/new", "turn/new"),
    ])
  func spellings(_ pair: (String, String)) {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(FileIdentity(path(pair.0)) == FileIdentity(path(pair.1)))
    #expect(FileIdentity(path(pair.1)).isPresent == (pair.0 == "here"))
  }

  @Test(
    "different files are different",
    arguments: [
      ("here", "new"), ("new", "other"), ("new", "sub/new"), ("sub/here", "here"),
      ("nowhere/new", "new"), ("nowhere/new", "nowhere/other"),
    ])
  func differences(_ pair: (String, String)) {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(FileIdentity(path(pair.0)) != FileIdentity(path(pair.1)))
  }

  @Test("links that lead to themselves end")
  func circle() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createSymbolicLink(
      atPath: path("circle"), withDestinationPath: "circle")
    #expect(FileIdentity(path("circle")) == FileIdentity(path("circle")))
    #expect(!FileIdentity(path("circle")).isPresent)
  }
}
