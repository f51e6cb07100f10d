# Checks the stored fits of a cohort (expected.tsv) in two ways that share
# nothing with the search in fit_functions.R:
#   - the REML criterion, coefficients and the standard error of
#     time:genotype from the marginal likelihood, with the covariance matrix of
#     all observations written out;
#   - the lowest of 25 unbounded searches from random starts.
#
#   Rscript verify_cohort.R FOLDER N_PAIRS

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
source(file.path(here, "read_inputs.R"))
suppressPackageStartupMessages(library(lme4))

arguments <- commandArgs(TRUE)
folder <- arguments[1]
samples <- read_samples(folder)
expression <- read_expression(folder)
covariates <- read_covariates(folder)
vcf <- read_vcf_lines(folder)
samples <- samples[colnames(expression$values), ]
base <- data.frame(donor = factor(samples$donor_id), time = samples$time - mean(samples$time),
                   covariates[samples$donor_id, ], row.names = NULL)
expected <- read.delim(file.path(folder, "expected.tsv"))
fixed <- ~ time * genotype + pc1 + pc2 + sex + pc1:time + pc2:time + sex:time
mixed <- update(fixed, expression ~ . + (1 + time | donor))

set.seed(1, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
chosen <- sample(nrow(expected), min(nrow(expected), as.integer(arguments[2])))
excess <- deviance_error <- estimate_error <- 0
for (i in chosen) {
  e <- expected[i, ]
  data <- base
  data$expression <- expression$values[e$phenotype_id, ]
  data$genotype <- unname(dosage(vcf, match(e$variant_id, vcf$id))[samples$donor_id])

  devfun <- lmer(mixed, data, devFunOnly = TRUE)
  fn <- function(theta) tryCatch(devfun(theta), error = function(e) 1e10)
  lowest <- min(replicate(25, {
    start <- c(abs(rnorm(1)), rnorm(1, 0, 0.3), abs(rnorm(1, 0, 0.3))) * exp(rnorm(1))
    nlminb(start, fn)$objective
  }))
  excess <- max(excess, e$deviance - lowest)

  X <- model.matrix(fixed, data)
  same <- outer(as.integer(data$donor), as.integer(data$donor), "==")
  rho <- if (is.na(e$cor)) 0 else e$cor
  V <- same * (e$sd_intercept^2 + rho * e$sd_intercept * e$sd_slope * outer(data$time, data$time, "+") +
                 e$sd_slope^2 * outer(data$time, data$time)) + diag(e$sd_residual^2, nrow(X))
  V_inverse <- chol2inv(chol(V))
  information <- t(X) %*% V_inverse %*% X
  b <- drop(solve(information, t(X) %*% V_inverse %*% data$expression))
  residual <- data$expression - drop(X %*% b)
  deviance <- as.numeric(determinant(V)$modulus + determinant(information)$modulus +
                           t(residual) %*% V_inverse %*% residual) +
    (nrow(X) - ncol(X)) * log(2 * pi)
  deviance_error <- max(deviance_error, abs(deviance - e$deviance))
  se <- sqrt(diag(solve(information)))
  estimate_error <- max(estimate_error,
                        abs(b["genotype"] - e$b_g), abs(b["time"] - e$b_i),
                        abs(b["time:genotype"] - e$b_gi),
                        abs(se["genotype"] - e$b_g_se), abs(se["time"] - e$b_i_se),
                        abs(se["time:genotype"] - e$b_gi_se))
}
cat(sprintf("%s, %d pairs: stored deviance above the lowest of random starts by at most %.1g; largest difference from the explicit likelihood: deviance %.1g, coefficients and standard errors %.1g\n",
            basename(folder), length(chosen), excess, deviance_error, estimate_error))
