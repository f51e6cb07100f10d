# Kenward-Roger inference by pbkrtest for part of the stored fits of a cohort.
#
#   Rscript kenward_roger.R FOLDER [MODEL] [STEP]
#
# MODEL is slope, intercept or uncorrelated, as for fit_cohort.R, and every
# STEP-th row (default 3) of that model's table is taken. The output,
# kenward_roger.tsv or kenward_roger_MODEL.tsv, holds adjusted standard errors,
# the adjusted covariance of the two genotype coefficients, and the degrees of
# freedom and two-sided p values of the three coefficients.
#
# Nothing is searched for: each model is built at the theta that check*.tsv
# stores, which is the optimum to about 1e-12. pbkrtest knows of no boundary:
# every variance parameter stays in, at 0 or a correlation of 1 as it may be.

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
source(file.path(here, "read_inputs.R"))
source(file.path(here, "fit_functions.R"))
suppressPackageStartupMessages(library(pbkrtest))

arguments <- commandArgs(TRUE)
folder <- arguments[1]
model <- if (length(arguments) > 1) arguments[2] else "slope"
step <- if (length(arguments) > 2) as.integer(arguments[3]) else 3
random <- switch(model, slope = "(1 + time | donor)", intercept = "(1 | donor)",
                 uncorrelated = "(1 + time || donor)", stop("unknown model ", model))
suffix <- if (model == "slope") "" else paste0("_", model)

samples <- read_samples(folder)
expression <- read_expression(folder)
covariates <- read_covariates(folder)
vcf <- read_vcf_lines(folder)
stored <- read.delim(file.path(folder, paste0("check", suffix, ".tsv")))
fixed <- "expression ~ time * genotype + pc1 + pc2 + sex + pc1:time + pc2:time + sex:time"
formula <- as.formula(paste(fixed, "+", random))

samples <- samples[colnames(expression$values), ]
base <- data.frame(donor = factor(samples$donor_id), time = samples$time,
                   covariates[samples$donor_id, ], row.names = NULL)
if (model != "uncorrelated") base$time <- base$time - mean(base$time)

infer <- function(pair) {
  data <- base
  data$expression <- expression$values[pair$phenotype_id, ]
  data$genotype <- unname(dosage(vcf, match(pair$variant_id, vcf$id))[samples$donor_id])
  theta <- unlist(pair[c("theta1", "theta2", "theta3")], use.names = FALSE)
  environment(formula) <- environment()
  fit <- suppressMessages(suppressWarnings(lme4::lmer(
    formula, data, start = list(theta = theta[!is.na(theta)]),
    control = lmerControl(optimizer = NULL, calc.derivs = FALSE))))
  adjusted <- vcovAdj(fit)
  beta <- fixef(fit)
  gi <- intersect(c("time:genotype", "genotype:time"), names(beta))
  terms <- c(g = "genotype", i = "time", gi = gi)
  row <- data.frame(phenotype_id = pair$phenotype_id, variant_id = pair$variant_id)
  for (name in names(terms)) {
    contrast <- as.numeric(names(beta) == terms[[name]])
    error <- sqrt(adjusted[terms[[name]], terms[[name]]])
    statistic <- beta[[terms[[name]]]] / error
    df <- Lb_ddf(contrast, vcov(fit), adjusted)
    row[[paste0("b_", name, "_se")]] <- error
    row[[paste0("stat_", name)]] <- statistic
    row[[paste0("df_", name)]] <- df
    row[[paste0("pval_", name)]] <- 2 * pt(-abs(statistic), df)
  }
  row$cov_b_g_b_gi <- adjusted["genotype", gi]
  row$singular <- isSingular(fit, tol = 1e-4)
  row
}

chosen <- seq(1, nrow(stored), by = step)
rows <- do.call(rbind, lapply(chosen, function(i) infer(stored[i, ])))
write_table(rows, file.path(folder, paste0("kenward_roger", suffix, ".tsv")))
cat(sprintf("%s %s: %d pairs, %d singular; df_gi from %.5g to %.5g\n", basename(folder), model,
            nrow(rows), sum(rows$singular), min(rows$df_gi), max(rows$df_gi)))
