import BlockGzip

/// Opens genotype files whose content tells their format.
package enum GenotypeFile {
  /// Opens a VCF or BCF file: plain, gzip or BGZF.
  ///
  /// - Parameters:
  ///   - field: where dosages come from; nil takes DS where a record has it, else GT.
  ///   - selection: records outside it are checked for order, and counted.
  ///   - requiresEndMarker: whether a BGZF file without its end-of-file block is refused.
  /// - Throws: what `BCFSource` or `VCFTextSource` throw when they open a file.
  package static func open(
    path: String, field: DosageField?, selection: VariantSelection,
    requiresEndMarker: Bool = true
  ) throws(InputError) -> any GenotypeSource {
    try ForeignFormat.refuse(path: path)
    let start = try LineReader(path: path, requiresEndMarker: requiresEndMarker)
    if try start.starts(with: "BCF".utf8) {
      return try BCFSource(
        path: path, field: field, selection: selection, requiresEndMarker: requiresEndMarker)
    }
    return try VCFTextSource(
      path: path, field: field, selection: selection, requiresEndMarker: requiresEndMarker)
  }
}
