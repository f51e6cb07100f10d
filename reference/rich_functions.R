# Fits of models with any number of random terms, and inference for them, on
# top of fit_functions.R. Sourced by the scripts in joint_tests, random_parts,
# weights and mouse_f3.

suppressPackageStartupMessages(library(pbkrtest))

structured_fixed <-
  "expression ~ time * genotype + pc1 + pc2 + sex + pc1:time + pc2:time + sex:time"

# A cohort's inputs: `base` has one row per sample of the expression file, and
# `pair` adds one pair's expression and genotype. Time is centred at the mean
# over all samples of the expression file, unless `centre` is FALSE.
read_cohort <- function(folder, centre = TRUE) {
  samples <- read_samples(folder)
  expression <- read_expression(folder)
  covariates <- read_covariates(folder)
  vcf <- read_vcf_lines(folder)
  samples <- samples[colnames(expression$values), ]
  grouping <- intersect(c("family", "batch", "site"), names(samples))
  base <- data.frame(donor = factor(samples$donor_id), raw_time = samples$time,
                     time = samples$time - if (centre) mean(samples$time) else 0,
                     lapply(samples[grouping], factor), covariates[samples$donor_id, ],
                     row.names = NULL)
  list(base = base, genes = expression$genes$id, variants = vcf$id, samples = samples$sample_id,
       pair = function(gene, variant = NULL) {
         data <- base
         data$expression <- unname(expression$values[gene, ])
         if (!is.null(variant)) {
           data$genotype <- unname(dosage(vcf, match(variant, vcf$id))[samples$donor_id])
         }
         data
       })
}

# Every STEP-th of all pairs, genes outermost, as in the tables of fit_cohort.R.
every_pair <- function(cohort, step) {
  pairs <- expand.grid(variant_id = cohort$variants, phenotype_id = cohort$genes,
                       stringsAsFactors = FALSE)[, 2:1]
  pairs[seq(1, nrow(pairs), by = step), ]
}

# The equivalent theta with non-negative diagonals. `sizes` are the numbers of
# columns of the random terms, in theta's order.
mirror_terms <- function(theta, sizes) {
  at <- 0
  for (k in sizes) {
    for (column in seq_len(k)) {
      entries <- at + seq_len(k - column + 1)
      if (theta[entries[1]] < 0) theta[entries] <- -theta[entries]
      at <- at + k - column + 1
    }
  }
  theta
}

# The search of fit_functions.R for any theta: the four optimisers from the
# default start and from `n_starts` random ones (seeded), then from the best;
# Newton steps on the gradient; zeros made exact. `excess` is how far above the
# lowest deviance each optimiser ended from the default start.
minimise_terms <- function(devfun, sizes, n_starts = 2) {
  lower <- environment(devfun)$lower
  fn <- function(theta) tryCatch(devfun(theta), error = function(e) 1e10)
  set.seed(7, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  starts <- lapply(seq_len(n_starts), function(i) {
    ifelse(lower == 0, exp(rnorm(length(lower), -1, 1)), rnorm(length(lower), 0, 0.3))
  })
  best <- list(value = Inf)
  run <- function(name, start) {
    theta <- tryCatch(suppressWarnings(optimisers[[name]](fn, start, lower)),
                      error = function(e) NULL)
    if (is.null(theta)) return(NA)
    theta <- mirror_terms(theta, sizes)
    value <- fn(theta)
    if (value < best$value - 1e-9) best <<- list(value = value, theta = theta, name = name)
    value
  }
  by_default <- vapply(names(optimisers), run, 0, start = as.numeric(lower == 0))
  for (start in starts) for (name in names(optimisers)) run(name, start)
  for (name in names(optimisers)) run(name, best$theta)
  fine <- polish(fn, best$theta)
  theta <- snap_to_zero(fn, mirror_terms(fine$theta, sizes))
  if (fn(theta) > best$value + 1e-8) theta <- best$theta
  list(theta = theta, name = best$name, gradient = fine$gradient, value = fn(theta),
       excess = by_default - fn(theta))
}

# The best fit as an lmerTest model, with the search's findings.
fit_best <- function(formula, data, reml = TRUE, weights = NULL, n_starts = 2) {
  environment(formula) <- environment()
  data$prior_weight <- if (is.null(weights)) 1 else weights
  # (1 + x || g) makes one term per column, for which lme4 has no name before it parses.
  parsed <- lme4::lFormula(formula, data, REML = reml,
                           control = lmerControl(check.nobs.vs.nRE = "ignore"))
  sizes <- lengths(parsed$reTrms$cnms)
  devfun <- lme4::lmer(formula, data, REML = reml, weights = prior_weight, devFunOnly = TRUE)
  best <- minimise_terms(devfun, sizes, n_starts)
  fit <- suppressMessages(suppressWarnings(lmerTest::lmer(
    formula, data, REML = reml, weights = prior_weight, start = list(theta = best$theta),
    control = lmerControl(optimizer = NULL, calc.derivs = FALSE))))
  stopifnot(identical(unname(getME(fit, "theta")), unname(best$theta)))
  list(fit = fit, devfun = devfun, best = best, reml = reml)
}

# Satterthwaite's ingredients by fine derivatives: the covariance of the
# coefficients, its derivatives by (theta, log sigma) and the asymptotic
# covariance of those.
satterthwaite_parts <- function(fitted) {
  env <- environment(fitted$devfun)
  theta <- unname(getME(fitted$fit, "theta"))
  evaluate <- function(th, what) {
    fitted$devfun(th)
    switch(what, logdet = env$pp$ldL2() + if (fitted$reml) env$pp$ldRX2() else 0,
           pwrss = env$resp$wrss() + env$pp$sqrL(1), unscaled = c(env$pp$unsc()))
  }
  at <- function(what) function(th) evaluate(th, what)
  scale <- derivative_scale(fitted$devfun, theta)
  p <- ncol(env$pp$X)
  pwrss <- evaluate(theta, "pwrss")
  sigma2 <- pwrss / (nrow(env$pp$X) - if (fitted$reml) p else 0)
  q <- length(theta)
  hessian <- matrix(0, q + 1, q + 1)
  hessian[1:q, 1:q] <- fine_hessian(at("logdet"), theta, scale) +
    fine_hessian(at("pwrss"), theta, scale) / sigma2
  hessian[1:q, q + 1] <- hessian[q + 1, 1:q] <-
    -2 * fine_gradient(at("pwrss"), theta, scale) / sigma2
  hessian[q + 1, q + 1] <- 4 * pwrss / sigma2
  by_theta <- numDeriv::jacobian(function(z) evaluate(theta + scale * z, "unscaled"),
                                 numeric(q), method.args = list(eps = 1, r = 4))
  unscaled <- evaluate(theta, "unscaled")
  jacobian <- sigma2 * cbind(sweep(by_theta, 2, scale, "/"), 2 * unscaled)
  eigen_h <- eigen(hessian, symmetric = TRUE)
  use <- eigen_h$values > 1e-6 * max(eigen_h$values)
  v <- eigen_h$vectors[, use, drop = FALSE]
  list(covariance = matrix(sigma2 * unscaled, p), jacobian = jacobian,
       parameters = 2 * v %*% (t(v) / eigen_h$values[use]))
}

fine_df <- function(parts, contrast) {
  p <- length(contrast)
  gradient <- apply(parts$jacobian, 2, function(j) sum(contrast * (matrix(j, p) %*% contrast)))
  variance <- sum(contrast * (parts$covariance %*% contrast))
  2 * variance^2 / sum(gradient * (parts$parameters %*% gradient))
}

# F test of the rows of L: Fai and Cornelius' denominator, as lmerTest has it.
fine_joint <- function(parts, beta, L) {
  e <- eigen(L %*% parts$covariance %*% t(L), symmetric = TRUE)
  rotated <- t(e$vectors) %*% L
  statistic <- sum((rotated %*% beta)^2 / e$values) / nrow(L)
  nu <- apply(rotated, 1, function(l) fine_df(parts, l))
  expected <- sum(nu / (nu - 2))
  df2 <- if (max(abs(diff(nu))) < 1e-8) mean(nu) else if (any(nu <= 2)) 2 else
    2 * expected / (expected - length(nu))
  c(statistic = statistic, df2 = df2, p = pf(statistic, nrow(L), df2, lower.tail = FALSE))
}

# Variances, covariances and the residual standard deviation by name:
# var_GROUP_TERM, cov_GROUP_TERM1_TERM2. The zero-correlation groups of `||`,
# which lme4 calls donor, donor.1 and so on, are all called donor.
components <- function(fit) {
  table <- as.data.frame(VarCorr(fit))
  short <- function(term) ifelse(term == "(Intercept)", "intercept",
                                 ifelse(term == "I(time^2)", "time2", term))
  row <- list()
  for (i in seq_len(nrow(table))) {
    if (table$grp[i] == "Residual") next
    group <- sub("\\.[0-9]+$", "", table$grp[i])
    name <- if (is.na(table$var2[i])) paste("var", group, short(table$var1[i]), sep = "_") else
      paste("cov", group, short(table$var1[i]), short(table$var2[i]), sep = "_")
    row[[name]] <- table$vcov[i]
  }
  row$sd_residual <- sigma(fit)
  data.frame(row, check.names = FALSE)
}

find_term <- function(names, a, b) intersect(c(paste0(a, ":", b), paste0(b, ":", a)), names)

deviance_of <- function(fit) if (isREML(fit)) REMLcrit(fit) else -2 * as.numeric(logLik(fit))

# How the search went: singular or not, who found the optimum, the excess of
# each optimiser from lme4's default start, the gradient left, and theta.
findings <- function(fitted) {
  data.frame(singular = isSingular(fitted$fit, tol = 1e-4), optimiser = fitted$best$name,
             as.list(setNames(pmax(0, fitted$best$excess),
                              paste0("excess_", names(fitted$best$excess)))),
             gradient = fitted$best$gradient,
             as.list(setNames(fitted$best$theta, paste0("theta", seq_along(fitted$best$theta)))))
}

# Wald inference of single coefficients: Satterthwaite by lmerTest (df) and by
# fine derivatives (df_fine), and, if asked for, Kenward-Roger.
single_tests <- function(fitted, kenward_roger = TRUE) {
  fit <- fitted$fit
  table <- suppressMessages(suppressWarnings(coef(summary(fit, ddf = "Satterthwaite"))))
  gi <- find_term(rownames(table), "time", "genotype")
  terms <- c(g = if ("genotype" %in% rownames(table)) "genotype", i = "time", gi = gi)
  parts <- satterthwaite_parts(fitted)
  covariance <- vcov(fit)
  row <- list()
  for (name in names(terms)) {
    term <- terms[[name]]
    contrast <- as.numeric(rownames(table) == term)
    row[[paste0("b_", name)]] <- table[term, 1]
    row[[paste0("b_", name, "_se")]] <- table[term, 2]
    row[[paste0("stat_", name)]] <- table[term, 4]
    row[[paste0("df_", name)]] <- table[term, 3]
    row[[paste0("df_fine_", name)]] <- fine_df(parts, contrast)
    row[[paste0("pval_", name)]] <- table[term, 5]
  }
  if (length(gi)) row$cov_b_g_b_gi <- covariance["genotype", gi]
  if (kenward_roger) {
    adjusted <- vcovAdj(fit)
    for (name in names(terms)) {
      term <- terms[[name]]
      error <- sqrt(adjusted[term, term])
      df <- Lb_ddf(as.numeric(rownames(table) == term), covariance, adjusted)
      row[[paste0("kr_b_", name, "_se")]] <- error
      row[[paste0("kr_stat_", name)]] <- table[term, 1] / error
      row[[paste0("kr_df_", name)]] <- df
      row[[paste0("kr_pval_", name)]] <- 2 * pt(-abs(table[term, 1] / error), df)
    }
    if (length(gi)) row$kr_cov_b_g_b_gi <- adjusted["genotype", gi]
  }
  data.frame(row)
}

# As write_table of fit_functions.R, with as many digits as asked for.
write_digits <- function(table, path, digits = 14) {
  for (name in names(table)) {
    if (is.double(table[[name]])) {
      table[[name]] <- ifelse(is.na(table[[name]]), "NA",
                              formatC(table[[name]], digits = digits, format = "g", width = 1))
    }
  }
  write.table(table, path, sep = "\t", quote = FALSE, row.names = FALSE, na = "NA")
}
