/// Seven bins of frequency with twenty of p.
private let histogram = (0..<7).map { bin in
  let counts = (0..<20).map { "\(bin * $0)" }.joined(separator: ",")
  return "{\"minimum_maf\":0,\"maximum_maf\":0.5,\"counts\":[\(counts)]}"
}.joined(separator: ",")

/// A manifest of one shard.
let manifestSeed = """
  {"schema_version": 3, "program": {"name": "slopeqtl", "version": "1"}, "simd_level": "avx2",
  "command": ["slopeqtl", "scan", "--shard", "1/2", "--out=a1"], "formula": "y ~ x",
  "criterion": "reml", "degrees_of_freedom": "satterthwaite", "refit": "all",
  "time_center": 1.5e-3, "seed": null,
  "design": {"donors": 2, "samples": 4, "times": [0, 1], "visit_patterns": 1, "notes": ["é"]},
  "inputs": [{"role": "bed", "path": "e.bed", "bytes": 12, "md5": "00"}],
  "plan": {"id": "0123456789abcdef0123456789abcdef", "genes": 2, "settings": {"maf": "0.05"}},
  "shard": {"index": 1, "count": 2, "chromosomes": ["1", "X"], "gene_places": [0],
    "gene_numbers": [["-1.5", "nan", "nan", "nan"]]},
  "outputs": [{"suffix": ".genes.tsv.gz", "bytes": 10, "crc32": "00000000"}],
  "genes": 1, "pairs": 3, "rows": 3, "pairs_by_status": {"ok": 3},
  "variants_by_verdict": {"tested": 3},
  "pvalue_histograms": [\(histogram)],
  "chunks": [{"index": 0, "genes": 1, "pairs": 3, "rows": 3, "crc32": "0a0b0c0d"}],
  "resources": {"threads": 1, "wall_seconds": 0.5, "cpu_seconds": 0.25, "peak_memory_mib": 20}}
  """
