# Reference fits of all gene-variant pairs of a simulated cohort.
#
#   Rscript fit_cohort.R FOLDER [MODEL]
#
# MODEL   output                       random effects     criterion  time
# slope   expected.tsv                 (1 + time | donor)  REML      centred
# ml      expected_ml.tsv              (1 + time | donor)  ML        centred
# intercept     expected_intercept.tsv      (1 | donor)           REML  centred
# uncorrelated  expected_uncorrelated.tsv   (1 + time || donor)   REML  raw
#
# Beside each output, check*.tsv holds theta, the gradient left at it and
# degrees of freedom with fine derivatives. The uncorrelated model has raw
# time, since for it, unlike for the others, the origin of time matters.

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
source(file.path(here, "read_inputs.R"))
source(file.path(here, "fit_functions.R"))

arguments <- commandArgs(TRUE)
folder <- arguments[1]
model <- if (length(arguments) > 1) arguments[2] else "slope"
random <- switch(model, slope = , ml = "(1 + time | donor)", intercept = "(1 | donor)",
                 uncorrelated = "(1 + time || donor)", stop("unknown model ", model))
suffix <- if (model == "slope") "" else paste0("_", model)

samples <- read_samples(folder)
expression <- read_expression(folder)
covariates <- read_covariates(folder)
vcf <- read_vcf_lines(folder)

fixed <- "expression ~ time * genotype + pc1 + pc2 + sex + pc1:time + pc2:time + sex:time"
formula <- as.formula(paste(fixed, "+", random))

samples <- samples[colnames(expression$values), ]
base <- data.frame(donor = factor(samples$donor_id), time = samples$time,
                   covariates[samples$donor_id, ], row.names = NULL)
if (model != "uncorrelated") base$time <- base$time - mean(base$time)

rows <- list()
checks <- list()
for (g in seq_len(nrow(expression$genes))) {
  for (v in seq_along(vcf$id)) {
    data <- base
    data$expression <- expression$values[g, ]
    data$genotype <- unname(dosage(vcf, v)[samples$donor_id])
    fit <- fit_pair(formula, data, reml = model != "ml")
    pair <- data.frame(phenotype_id = expression$genes$id[g], variant_id = vcf$id[v])
    rows[[length(rows) + 1]] <- cbind(pair, fit$row)
    checks[[length(checks) + 1]] <- cbind(pair, fit$check)
  }
}
rows <- do.call(rbind, rows)
checks <- do.call(rbind, checks)
write_table(rows, file.path(folder, paste0("expected", suffix, ".tsv")))
write_table(checks, file.path(folder, paste0("check", suffix, ".tsv")))
cat(sprintf("%s %s: %d pairs, %d singular; default lme4 missed the optimum by > 1e-3 in %d; largest relative difference of df %.2g; largest gradient %.2g\n",
            basename(folder), model, nrow(rows), sum(rows$singular),
            sum(rows$deviance_default_lme4 - rows$deviance > 1e-3),
            max(abs(checks$df_lmertest / checks$df_fine - 1)), max(checks$gradient)))
