import ArgumentParser

/// Options that name one thing: the parser takes the last of several without a word.
enum RepeatedOptions {
  /// Refuses options that the command line gives more than once.
  ///
  /// - Parameter names: with their hyphens.
  /// - Throws: `ValidationError`.
  static func refuse(
    _ names: [String], arguments: [String] = CommandLine.arguments
  ) throws {
    for name in names {
      let count = arguments.count { $0 == name || $0.hasPrefix(name + "=") }
      guard count > 1 else { continue }
      throw ValidationError(
        "\(name) is given \(count) times: expected one; run the command once for each")
    }
  }
}
