# Checked with `miniwdl check --strict`, not executed by our tests.
#
# A scan for dynamic eQTLs in parts: check → parts of a scan → merge → report.
version 1.1

workflow slopeqtl {
  meta {
    description: "Scan for dynamic eQTLs in parts; tables are the bytes of one slopeqtl scan, for any number of parts"
    outputs: {
      checked: "What check said: donors, samples, model, variants, genes, pairs and estimated cost",
      result: "The files of the result: rows of pairs, genes, indexes and manifest",
      page: "The page about the result"
    }
  }

  parameter_meta {
    vcf: "VCF or BCF, one file or several with chromosomes of their own; columns are donors"
    vcf_indexes: "Their indexes (.tbi, .csi), if any; only --region reads by them"
    bed: "Expression: BED with 4 or 6 leading columns, then one column per sample"
    samples: "Sample sheet with sample_id, donor_id, time and any further columns"
    covariates: "Covariates by donor or by sample, in either orientation"
    files: "Files that options name, by their names without folders"
    options: "Options of slopeqtl scan that slopeqtl check takes, too; one word an entry"
    scan_options: "Options of slopeqtl scan alone, such as --force; one word an entry"
    report_options: "Options of slopeqtl report; one word an entry"
    name: "What the names of the result's files begin with"
    shards: "Number of parts"
    docker: "Image that holds slopeqtl and bash"
    threads: "Threads of a part"
    memory_gb: "Memory of a step in GiB; slopeqtl check estimates it"
    retries: "How often a part or a merge is started again; a check is not, so that refused input ends the run"
  }

  input {
    Array[File] vcf = []
    Array[File] vcf_indexes = []
    File bed
    File samples
    File? covariates
    Array[File] files = []
    Array[String] options = []
    Array[String] scan_options = []
    Array[String] report_options = []
    String name = "scan"
    Int shards = 8
    String docker
    Int threads = 1
    Int memory_gb = 2
    Int retries = 2
  }

  call check {
    input:
      vcf, vcf_indexes, bed, samples, covariates, files, options, docker, threads, memory_gb
  }

  scatter (index in range(shards)) {
    # Parts wait for the check, which ends the run if the input is refused.
    call scan {
      input:
        vcf, vcf_indexes, bed, samples, covariates, files, docker, threads, memory_gb, retries,
        options = flatten([options, scan_options]),
        checked = check.cost,
        name = "part.~{index + 1}of~{shards}",
        shard = "~{index + 1}/~{shards}"
    }
  }

  call merge {
    input:
      parts = flatten(scan.result), name, docker, memory_gb, retries
  }

  call report {
    input:
      result = merge.result, vcf, vcf_indexes, bed, samples, covariates, files, name,
      options = report_options, docker, memory_gb
  }

  output {
    File checked = check.cost
    Array[File] result = merge.result
    File page = report.page
  }
}

task check {
  meta {
    description: "Reads every input through and says what the scan would do; what the scan would refuse is refused"
  }

  parameter_meta {
    vcf: "Genotypes"
    vcf_indexes: "Indexes of the genotypes"
    bed: "Expression"
    samples: "Sample sheet"
    covariates: "Covariates"
    files: "Files that options name"
    options: "Options, one word an entry"
    docker: "Image that holds slopeqtl and bash"
    threads: "Threads"
    memory_gb: "Memory in GiB"
  }

  input {
    Array[File] vcf
    Array[File] vcf_indexes
    File bed
    File samples
    File? covariates
    Array[File] files
    Array[String] options
    String docker
    Int threads
    Int memory_gb
  }

  # Inputs stand in the working folder under their own names: manifests have short paths, indexes lie
  # beside their files, and options can name further files.
  command <<<
    set -euo pipefail
    while IFS= read -r file; do
      ln -s "$file" .
    done < ~{write_lines(flatten([vcf, vcf_indexes, [bed, samples], select_all([covariates]), files]))}
    flags=()
    while IFS= read -r file; do
      flags+=(--vcf "${file##*/}")
    done < ~{write_lines(vcf)}
    while IFS= read -r word; do
      flags+=("$word")
    done < ~{write_lines(options)}
    slopeqtl check --json "${flags[@]}" --bed '~{basename(bed)}' --samples '~{basename(samples)}' \
      ~{if defined(covariates) then "--cov '~{basename(select_first([covariates]))}'" else ""} \
      --threads ~{threads} > check.json
  >>>

  output {
    File cost = "check.json"
  }

  runtime {
    docker: docker
    cpu: threads
    memory: "~{memory_gb} GiB"
    maxRetries: 0
    returnCodes: 0
  }
}

task scan {
  meta {
    description: "Scans one part of the genes"
  }

  parameter_meta {
    vcf: "Genotypes"
    vcf_indexes: "Indexes of the genotypes"
    bed: "Expression"
    samples: "Sample sheet"
    covariates: "Covariates"
    files: "Files that options name"
    options: "Options, one word an entry"
    checked: "What check said; only so that nothing starts before"
    name: "What the names of the part's files begin with"
    shard: "k/K of K parts"
    docker: "Image that holds slopeqtl and bash"
    threads: "Threads"
    memory_gb: "Memory in GiB"
    retries: "How often it is started again after a failure"
  }

  input {
    Array[File] vcf
    Array[File] vcf_indexes
    File bed
    File samples
    File? covariates
    Array[File] files
    Array[String] options
    File checked
    String name
    String shard
    String docker
    Int threads
    Int memory_gb
    Int retries
  }

  command <<<
    set -euo pipefail
    test -s '~{checked}'
    while IFS= read -r file; do
      ln -s "$file" .
    done < ~{write_lines(flatten([vcf, vcf_indexes, [bed, samples], select_all([covariates]), files]))}
    flags=()
    while IFS= read -r file; do
      flags+=(--vcf "${file##*/}")
    done < ~{write_lines(vcf)}
    while IFS= read -r word; do
      flags+=("$word")
    done < ~{write_lines(options)}
    slopeqtl scan "${flags[@]}" --bed '~{basename(bed)}' --samples '~{basename(samples)}' \
      ~{if defined(covariates) then "--cov '~{basename(select_first([covariates]))}'" else ""} \
      --threads ~{threads} --shard ~{shard} --out '~{name}'
  >>>

  # The names are written out: a pattern could catch an input.
  output {
    Array[File] result = flatten([
      ["~{name}.pairs.tsv.gz", "~{name}.pairs.tsv.gz.tbi", "~{name}.genes.tsv.gz",
       "~{name}.top.tsv.gz", "~{name}.pairs.idx", "~{name}.manifest.json"],
      glob("~{name}.signals.tsv.gz")
    ])
  }

  runtime {
    docker: docker
    cpu: threads
    memory: "~{memory_gb} GiB"
    maxRetries: retries
    returnCodes: 0
  }
}

task merge {
  meta {
    description: "Joins the parts and proves that nothing is missing"
  }

  parameter_meta {
    parts: "The files of all parts"
    name: "What the names of the result's files begin with"
    docker: "Image that holds slopeqtl and bash"
    memory_gb: "Memory in GiB"
    retries: "How often it is started again after a failure"
  }

  input {
    Array[File] parts
    String name
    String docker
    Int memory_gb
    Int retries
  }

  command <<<
    set -euo pipefail
    mkdir parts
    prefixes=()
    while IFS= read -r file; do
      ln -s "$file" parts/
      case $file in
        *.manifest.json) file=${file##*/}; prefixes+=("parts/${file%.manifest.json}") ;;
      esac
    done < ~{write_lines(parts)}
    slopeqtl merge --out '~{name}' "${prefixes[@]}"
  >>>

  output {
    Array[File] result = flatten([
      ["~{name}.pairs.tsv.gz", "~{name}.pairs.tsv.gz.tbi", "~{name}.genes.tsv.gz",
       "~{name}.top.tsv.gz", "~{name}.pairs.idx", "~{name}.manifest.json"],
      glob("~{name}.signals.tsv.gz")
    ])
  }

  runtime {
    docker: docker
    cpu: 1
    memory: "~{memory_gb} GiB"
    maxRetries: retries
    returnCodes: 0
  }
}

task report {
  meta {
    description: "Writes a page about the result; the inputs are opened again and proven to be those of the scan"
  }

  parameter_meta {
    result: "The files of the result"
    vcf: "Genotypes"
    vcf_indexes: "Indexes of the genotypes"
    bed: "Expression"
    samples: "Sample sheet"
    covariates: "Covariates"
    files: "Files that options of the scan named"
    name: "What the names of the result's files begin with"
    options: "Options of the report, one word an entry"
    docker: "Image that holds slopeqtl and bash"
    memory_gb: "Memory in GiB"
  }

  input {
    Array[File] result
    Array[File] vcf
    Array[File] vcf_indexes
    File bed
    File samples
    File? covariates
    Array[File] files
    String name
    Array[String] options
    String docker
    Int memory_gb
  }

  command <<<
    set -euo pipefail
    while IFS= read -r file; do
      ln -s "$file" .
    done < ~{write_lines(flatten([result, vcf, vcf_indexes, [bed, samples], select_all([covariates]), files]))}
    words=()
    while IFS= read -r word; do
      words+=("$word")
    done < ~{write_lines(options)}
    slopeqtl report '~{name}' --out '~{name}.html' "${words[@]}"
  >>>

  output {
    File page = "~{name}.html"
  }

  runtime {
    docker: docker
    cpu: 1
    memory: "~{memory_gb} GiB"
    maxRetries: 0
    returnCodes: 0
  }
}
