import BlockGzip
import CHTSlib
import Glibc

/// The index of a genotype file (`.csi` or `.tbi`): where in the file the records of a region are.
struct RegionIndex {
  /// Chromosomes that have records, in the order of the file.
  let chromosomes: [String]
  /// Where the records of the regions asked for lie, ascending and apart.
  let ranges: [BlockRange]
  /// Of an index that is older than its file.
  let warning: String?

  /// Finds the regions of `selection` in the index of the file at `path`.
  ///
  /// Nil where every record is wanted, and where there is no index.
  ///
  /// - Parameter header: that of a BCF file, whose index has no names.
  /// - Throws: `InputError` for an index that cannot be read or is that of other content.
  init?(
    path: String, regions: [GenomicRegion]?, header: UnsafePointer<bcf_hdr_t>? = nil
  ) throws(InputError) {
    guard let regions, let index = Self.path(of: path, isBCF: header != nil) else { return nil }
    warning =
      Self.isOlder(index, than: path)
      ? "\(index) is older than \(path); if the file has changed, make the index again" : nil
    hts_set_log_level(HTS_LOG_OFF)
    if let header {
      guard let handle = bcf_index_load3(path, index, 0) else { throw Self.damaged(index) }
      defer { hts_idx_destroy(handle) }
      let names = (0..<hts_idx_nseq(handle)).map { number -> String in
        guard number < header.pointee.n.1, let key = header.pointee.id.1?[Int(number)].key else {
          return ""
        }
        return String(cString: key)
      }
      (chromosomes, ranges) = try Self.read(handle, names: names, regions: regions, index)
    } else {
      guard let handle = tbx_index_load3(path, index, 0) else { throw Self.damaged(index) }
      defer { tbx_destroy(handle) }
      let layout = handle.pointee.conf
      guard layout.preset & 0xFFFF == TBX_VCF, layout.sc == 1, layout.bc == 2 else {
        throw InputError(
          "the index is not that of a VCF file", path: index,
          found: "columns \(layout.sc) and \(layout.bc) of another format",
          expected: "chromosome and position in columns 1 and 2",
          advice: "make it again, with tabix -p vcf")
      }
      var count: Int32 = 0
      let list = tbx_seqnames(handle, &count)
      defer { free(list) }
      let names = (0..<Int(count)).map { list?[$0].map { String(cString: $0) } ?? "" }
      (chromosomes, ranges) = try Self.read(
        handle.pointee.idx, names: names, regions: regions, index)
    }
  }

  /// htslib's HTS_POS_MAX.
  private static let positionLimit = Int64(Int32.max) << 32 | Int64(Int32.max)

  /// The index beside the file, if there is one.
  private static func path(of path: String, isBCF: Bool) -> String? {
    (isBCF ? [".csi"] : [".csi", ".tbi"]).map { path + $0 }.first { access($0, F_OK) == 0 }
  }

  private static func isOlder(_ index: String, than file: String) -> Bool {
    var (left, right) = (stat(), stat())
    guard stat(index, &left) == 0, stat(file, &right) == 0 else { return false }
    return (left.st_mtim.tv_sec, left.st_mtim.tv_nsec)
      < (right.st_mtim.tv_sec, right.st_mtim.tv_nsec)
  }

  /// Chromosomes by where they start, and the ranges of the regions.
  private static func read(
    _ handle: OpaquePointer?, names: [String], regions: [GenomicRegion], _ path: String
  ) throws(InputError) -> (chromosomes: [String], ranges: [BlockRange]) {
    var starts: [(name: String, offset: UInt64)] = []
    var ranges: [BlockRange] = []
    for (number, name) in names.enumerated() {
      let all = try chunks(handle, number, GenomicRegion(chromosome: name), path)
      guard let first = all.map(\.start).min() else { continue }
      starts.append((name, first))
      for region in regions where region.isOnChromosome(named: name) {
        ranges += try chunks(handle, number, region, path)
      }
    }
    return (starts.sorted { $0.offset < $1.offset }.map(\.name), BlockRange.joined(ranges))
  }

  private static func chunks(
    _ handle: OpaquePointer?, _ number: Int, _ region: GenomicRegion, _ path: String
  ) throws(InputError) -> [BlockRange] {
    let start = Int64((region.from ?? 1) - 1)
    let end = region.to.map { min(Int64($0), positionLimit) } ?? positionLimit
    guard start < end else { return [] }
    guard let iterator = hts_itr_query(handle, Int32(number), start, end, nil) else {
      throw damaged(path)
    }
    defer { hts_itr_destroy(iterator) }
    // Safe: htslib keeps `n_off` chunks there until the iterator is destroyed.
    return (0..<Int(iterator.pointee.n_off)).compactMap {
      guard let chunk = iterator.pointee.off?[$0], chunk.u < chunk.v else { return nil }
      return BlockRange(start: chunk.u, end: chunk.v)
    }
  }

  private static func damaged(_ path: String) -> InputError {
    InputError(
      "the index cannot be read", path: path, found: "damaged or other content",
      expected: "an index made by tabix or bcftools index", advice: "make it again or remove it")
  }

  /// What is said about a file that is read by its index.
  func note(_ path: String) -> String {
    "\(path) is read by its index: records outside the regions are not checked"
  }

  /// What is said about a file without an index.
  static func absence(_ path: String) -> String {
    "\(path) has no index and is read through to find the regions"
  }

  /// An error of a file that is read by its index, which may be the one at fault.
  static func doubting(_ error: InputError, at selection: AlleleSelection) -> InputError {
    var error = error
    guard error.kind == .malformed else { return error }
    if error.line == nil, let place = selection.place {
      error.found = (error.found.map { $0 + ", " } ?? "") + "after \(place)"
    }
    let advice = "if the index is not that of this file, make it again"
    error.advice = error.advice.map { $0.contains("the index") ? $0 : "\($0); \(advice)" } ?? advice
    return error
  }
}
