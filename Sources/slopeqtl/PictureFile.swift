import BlockGzip
import Glibc

/// A picture in the format that its file's name asks for.
enum PictureFile {
  /// Formats other than SVG, which rsvg-convert makes of it.
  private static let converted = ["png", "pdf"]

  /// Why a name cannot be written; nil where it can.
  static func refusal(_ path: String) -> String? {
    let format = format(of: path)
    guard format != "svg" else { return nil }
    guard converted.contains(format) else {
      return "'\(path)': expected a name that ends with .svg, .png or .pdf"
    }
    guard Program.isInstalled("rsvg-convert") else {
      return
        "'\(path)': \(format.uppercased()) needs rsvg-convert (Debian package librsvg2-bin), which is "
        + "not installed; install it, or name a file .svg"
    }
    return nil
  }

  /// The bytes of the file.
  ///
  /// - Throws: `OutputError` where the picture cannot be converted.
  static func bytes(svg: String, path: String) throws(OutputError) -> [UInt8] {
    let format = format(of: path)
    guard format != "svg" else { return Array(svg.utf8) }
    // Two pixels for one: sharp in print and on good screens.
    let scale = format == "png" ? ["--zoom", "2"] : []
    return try Program.output(
      of: ["rsvg-convert", "--format", format] + scale, input: Array(svg.utf8), path: path)
  }

  private static func format(of path: String) -> String {
    path.split(separator: "/").last?.split(separator: ".").dropFirst().last.map {
      $0.lowercased()
    } ?? ""
  }
}
