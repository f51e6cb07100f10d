# Fits of the pairs of cohort_structured with a residual variance that is not constant, by nlme.
#
#   Rscript heteroscedastic/fit.R MODEL
#
# MODEL      residual standard deviation                     nlme
# by_site    sd_residual * ratio of the sample's site        varIdent(form = ~ 1 | site)
# exp_time   sd_residual * exp(exp * time)                   varExp(form = ~ time)
# homogeneous                                                 none
#
# Random part (1 + time | donor), REML, time centred at the samples' mean (so that sd_residual of
# exp_time is that at the mean time). nlme takes the first site of its data as the reference; here
# ratios are to s1, the first in sorted order, whatever nlme took. Each fit is the best of nlminb
# and optim from two starts. Writes expected_MODEL.tsv beside this script.

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
for (file in c("read_inputs.R", "fit_functions.R", "rich_functions.R")) {
  source(file.path(here, "..", file))
}
suppressPackageStartupMessages(library(nlme))

model <- commandArgs(TRUE)[1]
folder <- file.path(here, "..", "cohort_structured")
cohort <- read_cohort(folder)
pairs <- read.delim(file.path(folder, "pairs.tsv"))
fixed <- as.formula(structured_fixed)
variance <- function(start) {
  switch(model, homogeneous = NULL,
         by_site = varIdent(value = if (start == 1) c(s2 = 1.2, s3 = 1.5) else c(s2 = 1, s3 = 1),
                            form = ~ 1 | site),
         exp_time = varExp(value = if (start == 1) 0.05 else 0, form = ~ time),
         stop("unknown model ", model))
}

search <- function(data) {
  runs <- list()
  for (optimiser in c("nlminb", "optim")) {
    for (start in 1:2) {
      control <- lmeControl(opt = optimiser, maxIter = 500, msMaxIter = 2000, msMaxEval = 5000,
                            niterEM = if (start == 1) 25 else 100, tolerance = 1e-12,
                            msTol = 1e-13, returnObject = TRUE)
      fit <- tryCatch(suppressWarnings(lme(fixed, data, random = ~ time | donor,
                                           weights = variance(start), method = "REML",
                                           control = control)), error = function(e) NULL)
      runs[[paste0(optimiser, start)]] <- fit
    }
  }
  value <- vapply(runs, function(fit) -2 * as.numeric(logLik(fit)), 0)
  list(fit = runs[[which.min(value)]], optimiser = names(runs)[which.min(value)],
       runs = length(runs), worst = max(value) - min(value))
}

describe <- function(found) {
  fit <- found$fit
  beta <- fixef(fit)
  covariance <- vcov(fit)
  terms <- c(g = "genotype", i = "time", gi = find_term(names(beta), "time", "genotype"))
  # -2 restricted log likelihood; the constant is that of lme4 (see README.md).
  row <- list(deviance = -2 * as.numeric(logLik(fit)))
  for (name in names(terms)) {
    row[[paste0("b_", name)]] <- beta[[terms[[name]]]]
    row[[paste0("b_", name, "_se")]] <- sqrt(covariance[terms[[name]], terms[[name]]])
  }
  row$cov_b_g_b_gi <- covariance["genotype", terms[["gi"]]]
  g <- unclass(getVarCov(fit))
  row$var_donor_intercept <- g[1, 1]
  row$var_donor_time <- g[2, 2]
  row$cov_donor_intercept_time <- g[1, 2]
  row$sd_residual <- fit$sigma
  if (model == "by_site") {
    sd <- fit$sigma * coef(fit$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)
    row$sd_residual <- sd[["s1"]]
    row[["ratio:s2"]] <- sd[["s2"]] / sd[["s1"]]
    row[["ratio:s3"]] <- sd[["s3"]] / sd[["s1"]]
  }
  if (model == "exp_time") row$exp <- unname(coef(fit$modelStruct$varStruct))
  data.frame(row, optimiser = found$optimiser, searches = found$runs, worst_search = found$worst,
             check.names = FALSE)
}

rows <- do.call(rbind, lapply(seq_len(nrow(pairs)), function(i) {
  cbind(pairs[i, ], describe(search(cohort$pair(pairs$phenotype_id[i], pairs$variant_id[i]))))
}))
write_digits(rows, file.path(here, paste0("expected_", model, ".tsv")))
cat(sprintf("%s: %d pairs; searches differ by up to %.2g\n", model, nrow(rows),
            max(rows$worst_search)))
