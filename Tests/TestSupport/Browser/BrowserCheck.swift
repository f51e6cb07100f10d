import Foundation

/// Opens an HTML file in headless Chromium, without network, and reports what a reader would stumble
/// over: text over text, text or marks cut by their picture's edge, pictures without marks, pages
/// wider than the window, sections without content, and anything that is loaded from elsewhere.
package enum BrowserCheck {
  /// Widths of the windows that a page is opened in.
  package static let widths = [390, 1400]

  /// What is said where tests are skipped.
  package static let reason = "Chromium is not installed: pages are not looked at."

  /// Whether there is a browser.
  package static var isAvailable: Bool { program != nil }

  private static var program: String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    for folder in path.split(separator: ":") {
      for name in ["chromium", "chromium-browser", "google-chrome"] {
        let file = "\(folder)/\(name)"
        if FileManager.default.isExecutableFile(atPath: file) { return file }
      }
    }
    return nil
  }

  package enum Failure: Error { case noBrowser, noReport(String) }

  /// The findings in an HTML file, each a sentence that begins with the width of the window.
  ///
  /// - Throws: `Failure` where the browser is missing or does not answer.
  package static func findings(inPage html: String) throws -> [String] {
    guard let program else { throw Failure.noBrowser }
    let folder = try TemporaryFolder()
    for width in widths {
      _ = try folder.write(
        inserting(BrowserScript.text(width: width), into: html), to: "page-\(width).html")
    }
    let frames = widths.map {
      "<iframe src=\"page-\($0).html\" width=\"\($0)\" height=\"900\" style=\"border:0\"></iframe>"
    }
    let wrapper = try folder.write(
      "<!DOCTYPE html><meta charset=\"utf-8\"><pre id=\"findings\"></pre><script>"
        + BrowserScript.collector + "</script>" + frames.joined(), to: "frames.html")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "timeout", "120", program, "--headless", "--no-sandbox", "--disable-gpu",
      "--disable-dev-shm-usage",
      "--user-data-dir=\(folder.path("profile"))", "--host-resolver-rules=MAP * ~NOTFOUND",
      "--window-size=1500,1000", "--virtual-time-budget=20000", "--dump-dom", "file://\(wrapper)",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    // The folder is removed with its object, which nothing else needs any more.
    return try withExtendedLifetime(folder) {
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return try Self.findings(inDump: String(decoding: data, as: UTF8.self))
    }
  }

  private static func inserting(_ script: String, into html: String) -> String {
    let element = "<script>\(script)</script>"
    guard let end = html.range(of: "</body>", options: .backwards) else { return html + element }
    return html.replacingCharacters(in: end, with: element + "</body>")
  }

  /// Every page must have reported: a line `end WIDTH` shows that it has.
  private static func findings(inDump dump: String) throws -> [String] {
    guard let start = dump.range(of: "<pre id=\"findings\">"),
      let end = dump.range(of: "</pre>", range: start.upperBound..<dump.endIndex)
    else { throw Failure.noReport(String(dump.prefix(500))) }
    var lines = dump[start.upperBound..<end.lowerBound].split(separator: "\n").map(String.init)
    for width in widths {
      guard let index = lines.firstIndex(of: "end \(width)") else {
        throw Failure.noReport("nothing at \(width) pixels: \(lines)")
      }
      lines.remove(at: index)
    }
    return lines
  }
}
