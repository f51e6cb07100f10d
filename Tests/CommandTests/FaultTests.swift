import Foundation
import Testing

/// Faults of the machine: whatever happens, nothing is half-written under a final name, and the same
/// command ends with the bytes of an undisturbed scan.
@Suite struct FaultTests {
  /// Calls by which a scan changes files.
  private static let calls = [
    "write", "pwrite64", "fsync", "fdatasync", "rename", "ftruncate", "unlink",
  ]

  @Test(arguments: calls)
  func `a scan killed at any of its system calls goes on and ends the same`(
    _ call: String
  ) throws {
    try SystemCalls.require()
    let scan = try SplitScan()
    let count = try SystemCalls.count(call, of: scan)
    #expect(count <= 300, "\(count) calls of \(call): the input is too large for this test")
    for place in stride(from: 1, through: count, by: 1) {
      let killed = try SystemCalls.run(
        scan, inject: "\(call):signal=KILL:when=\(place)", out: "killed")
      #expect(killed.exitCode != 0, "\(call) \(place)")
      try scan.expectNothingHalf("killed")
      let again = try scan.run(out: "killed")
      #expect(again.exitCode == 0, "\(call) \(place): \(again.errors)")
      try scan.expectWhole("killed")
      try scan.remove("killed")
    }
  }

  /// A flush fails with EIO, everything else as on a full disk.
  @Test(arguments: calls.filter { $0 != "unlink" }, ["EIO", "ENOSPC"])
  func `a scan whose system call fails says so and ends the same when it works again`(
    _ call: String, _ error: String
  ) throws {
    try SystemCalls.require()
    let scan = try SplitScan()
    let reason = error == "EIO" ? "Input/output error" : "No space left on device"
    let count = try SystemCalls.count(call, of: scan)
    for place in stride(from: 1, through: count, by: 1) {
      let failed = try SystemCalls.run(
        scan, inject: "\(call):error=\(error):when=\(place)", out: "failed")
      #expect(failed.exitCode == 74, "\(call) \(place): \(failed.exitCode) \(failed.errors)")
      #expect(failed.missing(["failed", reason]) == [], "\(call) \(place): \(failed.errors)")
      try scan.expectNothingHalf("failed")
      #expect(!scan.folder.names(startingWith: "failed.").contains { $0.hasSuffix(".partial") })
      let again = try scan.run(out: "failed")
      #expect(again.exitCode == 0, "\(call) \(place): \(again.errors)")
      try scan.expectWhole("failed")
      try scan.remove("failed")
    }
  }

  /// The first read of a file only looks for its compression; what comes after it decides.
  @Test(arguments: [
    "cohort.vcf.gz", "cohort.bed.gz", "cohort.samples.tsv", "cohort.covariates.txt",
  ])
  func `an input that cannot be read is not taken for bad data`(_ name: String) throws {
    try SystemCalls.require()
    let scan = try SplitScan()
    var failures = 0
    for place in 1...100 {
      let failed = try SystemCalls.run(
        scan, inject: "read:error=EIO:when=\(place)", on: name, out: "failed")
      guard try SystemCalls.wasInjected(scan) else { break }
      if failed.exitCode == 0 {
        try scan.expectWhole("failed")
      } else {
        failures += 1
        #expect(failed.exitCode == 74, "read \(place): \(failed.errors)")
        #expect(
          failed.missing([name, "reading failed", "Input/output error"]) == [],
          "read \(place): \(failed.errors)")
        try scan.expectNothingHalf("failed")
        #expect(try scan.run(out: "failed").exitCode == 0)
        try scan.expectWhole("failed")
      }
      try scan.remove("failed")
    }
    #expect(failures >= 3)
  }

  @Test func `a disk that is full and then has room loses nothing`() throws {
    let scan = try SplitScan()
    let mounted = try Command.shell(
      "mkdir disk && mount -t tmpfs -o size=64k tmpfs disk", in: scan.folder)
    guard mounted.exitCode == 0 else { try Test.cancel("no file system may be mounted here") }
    defer { _ = try? Command.shell("umount disk", in: scan.folder) }
    let full = try scan.run(out: "disk/scan")
    #expect(full.exitCode == 74, "\(full.errors)")
    #expect(full.missing(["disk/scan", "No space left on device"]) == [], "\(full.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scan.folder.path("disk"))
        .allSatisfy { $0 == "scan.ckpt" })
    let enlarged = try Command.shell("mount -o remount,size=64m disk", in: scan.folder)
    try #require(enlarged.exitCode == 0, "\(enlarged.errors)")
    let again = try scan.run(out: "disk/scan")
    #expect(again.exitCode == 0, "\(again.errors)")
    for (table, bytes) in zip(SplitScan.tables, scan.expected) {
      #expect(try scan.folder.bytes("disk/scan.\(table)") == bytes)
    }
  }

  @Test func `a limit of file sizes is a failed write, not the end of the process`() throws {
    let scan = try SplitScan()
    let limited = try Command.shell(
      "ulimit -f 40; " + SplitScan.line(out: "limited"), in: scan.folder)
    #expect(limited.exitCode == 74, "\(limited.errors)")
    #expect(limited.missing(["limited.", "File too large"]) == [], "\(limited.errors)")
    try scan.expectNothingHalf("limited")
    #expect(try scan.run(out: "limited").exitCode == 0)
    try scan.expectWhole("limited")
  }

  @Test func `a folder that cannot be written to has an exit code of its own`() throws {
    let scan = try SplitScan()
    // Root may write everywhere but to the kernel's own folders.
    let refused = try scan.run(out: "/sys/scan")
    #expect(refused.exitCode == 73, "\(refused.errors)")
    #expect(refused.missing(["/sys/scan", "cannot create"]) == [], "\(refused.errors)")
  }

  @Test func `results on a full device fail, on a closed pipe they do not`() throws {
    let scan = try SplitScan()
    let check = SplitScan.line(out: "x").replacingOccurrences(
      of: "slopeqtl scan", with: "slopeqtl check"
    )
    .replacingOccurrences(of: " --out x", with: "")
    let full = try Command.shell(check + " > /dev/full", in: scan.folder)
    #expect(full.exitCode == 74, "\(full.errors)")
    #expect(full.missing(["standard output", "No space left on device"]) == [])
    let closed = try Command.shell(
      "set +o pipefail; (\(check); echo $? > code) | true; cat code", in: scan.folder)
    #expect(closed.output == "0\n", "\(closed.errors)")
  }

  @Test func `a scan whose messages nobody reads goes on to its end`() throws {
    let scan = try SplitScan()
    let line = SplitScan.line(out: "silent").replacingOccurrences(of: " --quiet", with: "")
    let result = try Command.shell(
      "set +o pipefail; (\(line); echo $? > code) 2>&1 | true; cat code", in: scan.folder
    )
    #expect(result.output == "0\n", "\(result.errors)")
    try scan.expectWhole("silent")
  }

  @Test func `of two scans with one prefix the second says so`() throws {
    let scan = try SplitScan()
    guard Command.installed("flock") != nil else { try Test.cancel("flock is not installed") }
    let second = try Command.shell(
      "touch held.ckpt; flock held.ckpt \(SplitScan.line(out: "held")) || echo exit $?",
      in: scan.folder)
    #expect(second.output == "exit 75\n", "\(second.errors)")
    #expect(second.missing(["held.ckpt", "another run"]) == [])
    #expect(try scan.run(out: "held").exitCode == 0)
    try scan.expectWhole("held")
  }

  /// Changed while its chunks are written, or when it was read and its checksum is still to be made.
  @Test(arguments: [
    ("-e trace=pwrite64 -e inject=pwrite64:delay_enter=1000000:when=3", "moving.ckpt"),
    (
      "-P cohort.bed.gz -e trace=openat,read -e inject=read:delay_enter=1000000:when=3", "log"
    ),
  ])
  func `an input that changes during the scan is refused`(_ delay: String, _ sign: String) throws {
    try SystemCalls.require()
    let scan = try SplitScan()
    let strace = try #require(Command.installed("strace")).path
    let line = SplitScan.line(out: "moving").replacingOccurrences(
      of: "slopeqtl scan", with: "\(strace) -f -qq -o log \(delay) slopeqtl scan")
    let result = try Command.shell(
      "\(line) & while [ ! -s \(sign) ]; do :; done; touch cohort.samples.tsv; "
        + "wait $! || echo exit $?", in: scan.folder)
    #expect(result.output == "exit 65\n", "\(result.errors)")
    #expect(result.missing(["cohort.samples.tsv", "changed while"]) == [], "\(result.errors)")
    try scan.expectNothingHalf("moving")
  }
}
