# Reference fits of the pairs in pairs.tsv.
#
#   Rscript fit.R [DATA_FOLDER]
#
# DATA_FOLDER defaults to ${SLOPEQTL_TEST_DATA:-../shared/data}/timecourse_chr22.
# Writes expected.tsv and check.tsv beside this script.

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
source(file.path(here, "..", "read_inputs.R"))
source(file.path(here, "..", "fit_functions.R"))

arguments <- commandArgs(TRUE)
folder <- if (length(arguments) > 0) arguments[1] else
  file.path(Sys.getenv("SLOPEQTL_TEST_DATA", "../shared/data"), "timecourse_chr22")

pairs <- read_table(file.path(here, "pairs.tsv"))
samples <- read_samples(folder)
expression <- read_expression(folder)
covariates <- read_covariates(folder)
vcf <- read_vcf_lines(folder)

formula <- expression ~ time * genotype + genotype_pc1 + genotype_pc2 + genotype_pc3 +
  sex + genotype_pc1:time + genotype_pc2:time + genotype_pc3:time + sex:time +
  (1 + time | donor)

samples <- samples[colnames(expression$values), ]
# Centred over all samples of the file, so that time 0 means the same for
# genes that lack some samples.
base <- data.frame(donor = samples$donor_id, time = samples$time - mean(samples$time),
                   covariates[samples$donor_id, ], row.names = NULL)

rows <- list()
checks <- list()
for (i in seq_len(nrow(pairs))) {
  v <- match(pairs$variant_id[i], vcf$id)
  dose <- dosage(vcf, v)
  data <- base
  data$expression <- expression$values[pairs$phenotype_id[i], ]
  data$genotype <- unname(dose[data$donor])
  data <- data[!is.na(data$expression), ]
  donors <- unique(data$donor)
  data$donor <- factor(data$donor)
  fit <- fit_pair(formula, data)
  rows[[i]] <- cbind(pairs[i, ], fit$row, chrom = vcf$chrom[v], pos = vcf$pos[v],
                     n_samples = nrow(data), n_donors = length(donors),
                     af = mean(dose[donors]) / 2)
  checks[[i]] <- cbind(pairs[i, ], fit$check)
}
rows <- do.call(rbind, rows)
checks <- do.call(rbind, checks)
write_table(rows, file.path(here, "expected.tsv"))
write_table(checks, file.path(here, "check.tsv"))
cat(sprintf("%d pairs, %d singular; default lme4 missed the optimum by > 1e-3 in %d; largest relative difference of df %.2g; largest gradient %.2g\n",
            nrow(rows), sum(rows$singular),
            sum(rows$deviance_default_lme4 - rows$deviance > 1e-3),
            max(abs(checks$df_lmertest / checks$df_fine - 1)), max(checks$gradient)))
