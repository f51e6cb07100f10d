# Rate of fits by lme4, in gene-variant pairs per CPU second.
#
#   OPENBLAS_NUM_THREADS=1 Rscript lme4_rate.R COHORT_FOLDER N_PAIRS [FORMULA]
#
# Draws N_PAIRS pairs (seeded) of a gene and a variant within 1 Mb of it with a
# minor allele frequency of at least 0.05, and fits each with the default
# settings of lmer, once with lme4 alone and once with lmerTest and the
# Satterthwaite test. FORMULA defaults to
#   expression ~ time * genotype + <all rows of covariates.txt> + (1 + time | donor)
# Time is centred. The CPU time (user + system) covers the assembly of the
# data frame of each pair, the fit and the reading of the coefficient's
# estimate, standard error and statistic; it does not cover reading the files.

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
source(file.path(here, "..", "read_inputs.R"))
suppressPackageStartupMessages({
  library(lme4)
  library(lmerTest)
})

# OpenBLAS reads the variable when it is loaded, so it is too late to set it here.
if (Sys.getenv("OPENBLAS_NUM_THREADS") != "1") stop("set OPENBLAS_NUM_THREADS=1")

arguments <- commandArgs(TRUE)
if (length(arguments) < 2) stop("usage: lme4_rate.R COHORT_FOLDER N_PAIRS [FORMULA]")
folder <- arguments[1]
n_pairs <- as.integer(arguments[2])

samples <- read_samples(folder)
expression <- read_expression(folder)
covariates <- read_covariates(folder)
vcf <- read_vcf_lines(folder)
samples <- samples[colnames(expression$values), ]
time <- samples$time - mean(samples$time)

formula <- as.formula(if (length(arguments) > 2) arguments[3] else
  paste("expression ~ time * genotype +", paste(sprintf("`%s`", names(covariates)), collapse = " + "),
        "+ (1 + time | donor)"))

set.seed(1, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
genes <- integer(0)
doses <- list()
attempts <- 0
while (length(genes) < n_pairs) {
  attempts <- attempts + 1
  if (attempts > 100 * n_pairs + 1000) stop("too few testable pairs in ", folder)
  g <- sample.int(nrow(expression$genes), 1)
  near <- which(vcf$chrom == expression$genes$chrom[g] &
                  vcf$pos >= expression$genes$start[g] + 1 - 1e6 &
                  vcf$pos <= expression$genes$end[g] + 1e6)
  if (length(near) == 0) next
  dose <- dosage(vcf, near[sample.int(length(near), 1)])
  frequency <- mean(dose[unique(samples$donor_id)]) / 2
  if (anyNA(dose) || min(frequency, 1 - frequency) < 0.05) next
  genes <- c(genes, g)
  doses[[length(genes)]] <- dose
}

assemble <- function(i) {
  data <- data.frame(expression = expression$values[genes[i], ], time = time,
                     donor = factor(samples$donor_id),
                     genotype = unname(doses[[i]][samples$donor_id]),
                     covariates[samples$donor_id, , drop = FALSE],
                     row.names = NULL, check.names = FALSE)
  data[!is.na(data$expression), ]
}

measure <- function(label, fit_one) {
  # One fit beforehand, so that loading and byte compilation are not counted.
  fit_one(1)
  before <- proc.time()
  for (i in seq_len(n_pairs)) fit_one(i)
  used <- proc.time() - before
  cpu <- sum(used[c("user.self", "sys.self")])
  cat(sprintf("%s: %d pairs, %.2f CPU s (user + system), %.2f s elapsed, %.3f pairs per CPU second\n",
              label, n_pairs, cpu, used[["elapsed"]], n_pairs / cpu))
}

cat(sprintf("%s: %d samples, %d donors, formula %s\n", basename(folder), nrow(samples),
            length(unique(samples$donor_id)), paste(deparse(formula, 500), collapse = " ")))
quietly <- function(x) suppressMessages(suppressWarnings(x))
measure("lme4", function(i) {
  quietly(coef(summary(lme4::lmer(formula, assemble(i))))["time:genotype", ])
})
measure("lmerTest", function(i) {
  quietly(coef(summary(lmerTest::lmer(formula, assemble(i)), ddf = "Satterthwaite"))["time:genotype", ])
})
