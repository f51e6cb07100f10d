import BlockGzip
import Glibc

/// Binary genotype formats that are met where a VCF was asked for.
enum ForeignFormat {
  /// Refuses a BGEN, `.bed` or `.pgen` file by its first bytes, saying what to do instead.
  ///
  /// Files that cannot be read are left to what reads them.
  ///
  /// - Throws: `InputError` for a file of these formats.
  static func refuse(path: String) throws(InputError) {
    let start = firstBytes(of: path)
    if start.count >= 20, start[16..<20].elementsEqual("bgen".utf8) {
      throw InputError(
        "BGEN is not read", path: path, found: "'bgen' at byte 16", expected: "VCF or BCF",
        advice: "convert it with plink2 --bgen \(path) ref-first --make-pgen --out NEW and give "
          + "--pfile NEW (ref-unknown or ref-last where the reference is not the first allele; "
          + "--sample FILE where the ids lie in a file of their own)")
    }
    guard start.count >= 3, start.starts(with: BedGenotypes.magic) else { return }
    let isBed = start[2] < 2
    let flag = isBed ? "--bfile" : "--pfile"
    let name = isBed ? ".bed" : ".pgen"
    let prefix = path.hasSuffix(name) ? String(path.dropLast(name.count)) : "PREFIX"
    throw InputError(
      "the file is PLINK's \(name)", path: path, found: "PLINK's first bytes",
      expected: "VCF or BCF", advice: "give it with its tables as \(flag) \(prefix)")
  }

  private static func firstBytes(of path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    return [UInt8](unsafeUninitializedCapacity: 20) {
      // Safe: at most 20 bytes are written to room for 20.
      $1 = max(0, pread(descriptor, $0.baseAddress, 20, 0))
    }
  }
}
