# Readers for the input files of slopeqtl: samples.tsv, expression.bed[.gz],
# genotypes.vcf[.gz] and covariates.txt. Base R only, so that the reference
# data depend on no package other than those that fit the models.

# Folder of the running script, so that scripts can be called from anywhere.
script_dir <- function() {
  arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
  if (length(arg) == 0) "." else dirname(sub("^--file=", "", arg[1]))
}

# The plain or the gzipped file, whichever is there. file() reads both.
find_input <- function(folder, name) {
  path <- file.path(folder, c(name, paste0(name, ".gz")))
  path <- path[file.exists(path)]
  if (length(path) == 0) stop("no ", name, "[.gz] in ", folder)
  path[1]
}

read_table <- function(path) {
  read.delim(path, comment.char = "", quote = "", check.names = FALSE,
             na.strings = "NA", colClasses = "character")
}

read_samples <- function(folder) {
  samples <- read_table(find_input(folder, "samples.tsv"))
  samples$time <- as.numeric(samples$time)
  rownames(samples) <- samples$sample_id
  samples
}

# List: `genes` (chrom, start, end, id) and `values` (gene x sample).
read_expression <- function(folder) {
  table <- read_table(find_input(folder, "expression.bed"))
  values <- as.matrix(table[, -(1:4)])
  mode(values) <- "numeric"
  rownames(values) <- table$phenotype_id
  list(genes = data.frame(chrom = table[[1]], start = as.integer(table$start),
                          end = as.integer(table$end), id = table$phenotype_id),
       values = values)
}

# Donor-level covariates, one row per donor. Rows of the file whose entries
# are all numbers become numeric, others factors with their levels in byte
# order, so that the reference level does not depend on the locale.
read_covariates <- function(folder) {
  table <- read_table(find_input(folder, "covariates.txt"))
  columns <- lapply(seq_len(nrow(table)), function(i) {
    text <- unlist(table[i, -1], use.names = FALSE)
    number <- suppressWarnings(as.numeric(text))
    if (anyNA(number[text != "NA"])) {
      factor(text, levels = sort(unique(text), method = "radix"))
    } else {
      number
    }
  })
  names(columns) <- table[[1]]
  data.frame(columns, row.names = names(table)[-1], check.names = FALSE)
}

# The VCF as unsplit lines with the first columns taken apart. Splitting
# every line of a chromosome-wide file would be slow, and only a few lines
# are needed.
read_vcf_lines <- function(folder) {
  lines <- readLines(find_input(folder, "genotypes.vcf"))
  header <- grep("^#CHROM", lines, value = TRUE)
  body <- lines[!startsWith(lines, "#")]
  head <- strsplit(substr(body, 1, 200), "\t", fixed = TRUE)
  list(donors = strsplit(header, "\t", fixed = TRUE)[[1]][-(1:9)],
       lines = body,
       chrom = vapply(head, `[`, "", 1),
       pos = as.integer(vapply(head, `[`, "", 2)),
       id = vapply(head, `[`, "", 3))
}

# Dosage of the alternative allele of variant number i: DS where FORMAT has
# it, else the count of alternative alleles in GT.
dosage <- function(vcf, i) {
  fields <- strsplit(vcf$lines[i], "\t", fixed = TRUE)[[1]]
  format <- strsplit(fields[9], ":", fixed = TRUE)[[1]]
  entries <- fields[-(1:9)]
  key <- if ("DS" %in% format) "DS" else "GT"
  if (length(format) > 1) {
    entries <- vapply(strsplit(entries, ":", fixed = TRUE), `[`, "",
                      match(key, format))
  }
  value <- if (key == "DS") {
    as.numeric(entries)
  } else {
    gt <- strsplit(entries, "[/|]")
    vapply(gt, function(a) sum(as.integer(a)), 0)
  }
  setNames(value, vcf$donors)
}
