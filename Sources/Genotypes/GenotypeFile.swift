import BlockGzip

/// Opens genotype files whose content tells their format.
package enum GenotypeFile {
  /// Opens VCF or BCF files, which are read one after another; in a name, `{chrom}` stands for every
  /// chromosome that there is a file of.
  ///
  /// - Throws: `InputError` for a pattern that fits no file, for files of different donors, and what
  ///   opening one of them throws.
  package static func open(
    names: [String], field: DosageField?, selection: VariantSelection,
    requiresEndMarker: Bool = true
  ) throws(InputError) -> any GenotypeSource {
    var paths: [String] = []
    for name in names { paths += try ChromosomeFiles.paths(name) }
    func open(
      _ path: String, _ selection: VariantSelection
    ) throws(InputError) -> any GenotypeSource {
      try Self.open(
        path: path, field: field, selection: selection, requiresEndMarker: requiresEndMarker)
    }
    if paths.count == 1 { return try open(paths[0], selection) }
    return try GenotypeSeries(paths: paths, selection: selection, open: open)
  }

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
