import Glibc

/// What libFuzzer's main function calls; the environment names the target.
enum FuzzDriver {
  private static let target: any FuzzTarget.Type = {
    let name = getenv("SLOPEQTL_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTargets.all.first(where: { $0.name == name }) else {
      stop("no target '\(name)' in SLOPEQTL_FUZZ_TARGET")
    }
    return target
  }()

  private static let folder: FuzzFolder = {
    do { return try FuzzFolder() } catch { stop("\(error)") }
  }()

  /// Runs the target on one input; a finding ends the process, as a crash would.
  static func run(_ input: [UInt8]) {
    do { try target.check(input, in: folder) } catch { fatalError("\(target.name): \(error)") }
  }

  /// Writes the seeds and the dictionary of every target to a folder.
  static func writeSeeds(to path: String) throws {
    for target in FuzzTargets.all {
      let seeds = try target.seeds(in: folder)
      let parent = "\(path)/\(target.name)"
      mkdir(parent, 0o777)
      for (number, seed) in seeds.enumerated() { try write(seed, to: "\(parent)/seed\(number)") }
      let lines = target.words.map { word in
        "\"" + word.utf8.map { "\\x" + hexadecimal($0) }.joined() + "\"\n"
      }
      try write(Array(lines.joined().utf8), to: "\(path)/\(target.name).dict")
      print(target.name)
    }
  }

  static func stop(_ message: String) -> Never {
    let line = "fuzz: \(message)\n"
    _ = Glibc.write(STDERR_FILENO, line, line.utf8.count)
    exit(1)
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(FuzzFinding) {
    guard let file = fopen(path, "w") else { throw FuzzFinding("\(path) cannot be written") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}

/// Writes the seeds and ends where `SLOPEQTL_FUZZ_SEEDS` names a folder.
@_cdecl("LLVMFuzzerInitialize")
public func fuzzInitialize(
  _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
  guard let path = getenv("SLOPEQTL_FUZZ_SEEDS") else { return 0 }
  do { try FuzzDriver.writeSeeds(to: String(cString: path)) } catch { FuzzDriver.stop("\(error)") }
  exit(0)
}

/// Reads one input; libFuzzer wants 0.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzDriver.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
