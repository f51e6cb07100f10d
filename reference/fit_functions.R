# Fits of one linear mixed model with lme4, made as exact as double precision
# allows, and the table row that describes the fit.
#
# Why not simply lmer(): lme4 minimises the profiled deviance over the lower
# Cholesky factor (theta) of the relative covariance of the random effects,
# with the diagonal of that factor bounded below by 0. Flipping the sign of a
# column of the factor does not change the covariance, so the bound cuts the
# parameter space in two halves that mirror each other. An optimiser that
# runs into theta[1] = 0 with theta[2] != 0 would have to jump to the mirror
# image to go on downhill; it stops there instead, at a point that is not a
# minimum. The search below therefore uses several optimisers and starts,
# among them one search without bounds, and keeps the lowest deviance.

suppressPackageStartupMessages({
  library(lme4)
  library(lmerTest)
})

optimisers <- list(
  bobyqa = function(fn, start, lower) {
    opt <- minqa::bobyqa(start, fn, lower = lower,
                         control = list(rhobeg = 0.1, rhoend = 1e-10, maxfun = 20000))
    opt$par
  },
  nloptwrap = function(fn, start, lower) {
    opt <- lme4::nloptwrap(start, fn, lower = lower, upper = rep(Inf, length(start)),
                           control = list(algorithm = "NLOPT_LN_BOBYQA",
                                          xtol_abs = 1e-10, ftol_abs = 1e-12,
                                          xtol_rel = 0, ftol_rel = 0, maxeval = 20000))
    opt$par
  },
  nlminb = function(fn, start, lower) {
    opt <- stats::nlminb(start, fn, lower = lower,
                         control = list(rel.tol = 1e-14, x.tol = 1e-12,
                                        eval.max = 20000, iter.max = 5000))
    opt$par
  },
  nlminb_unbounded = function(fn, start, lower) {
    opt <- stats::nlminb(start, fn,
                         control = list(rel.tol = 1e-14, x.tol = 1e-12,
                                        eval.max = 20000, iter.max = 5000))
    opt$par
  }
)

# Starts other than lme4's default (the identity), by length of theta. Those
# of length 3 include a negative theta[2], i.e. the mirror half.
other_starts <- list(
  `1` = list(0.1, 3),
  `2` = list(c(0.1, 0.1), c(2, 0.01), c(0.01, 0.5)),
  `3` = list(c(1, 0, 1), c(0.5, -0.5, 0.1), c(0.5, 0.5, 0.1), c(1, 0.5, 0.01),
             c(0.01, 0, 0.5), c(2, 0, 0))
)

# The equivalent theta with a non-negative diagonal.
mirror_to_bounds <- function(theta) {
  if (length(theta) == 3) {
    if (theta[1] < 0) theta[1:2] <- -theta[1:2]
    theta[3] <- abs(theta[3])
    theta
  } else {
    abs(theta)
  }
}

# Step of the numerical derivatives at theta: the deviance rises by about
# 0.01 over one step. That is large against rounding (about 1e-12 relative)
# and small enough that Richardson extrapolation leaves no truncation error.
derivative_scale <- function(fn, theta) {
  centre <- fn(theta)
  vapply(seq_along(theta), function(j) {
    step <- replace(numeric(length(theta)), j, 1e-3)
    curvature <- (fn(theta + step) + fn(theta - step) - 2 * centre) / 1e-6
    min(0.05, sqrt(0.02 / max(curvature, 1e-3)))
  }, 0)
}

# numDeriv scales its steps by the coordinate, which fails for coordinates
# near 0; the derivatives are therefore taken in z, theta = centre + scale z,
# at z = 0, where the step is `eps` itself.
fine_gradient <- function(fn, theta, scale) {
  g <- numDeriv::grad(function(z) fn(theta + scale * z), numeric(length(theta)),
                      method.args = list(eps = 1, r = 4))
  g / scale
}
fine_hessian <- function(fn, theta, scale) {
  h <- numDeriv::hessian(function(z) fn(theta + scale * z), numeric(length(theta)),
                         method.args = list(eps = 1, r = 4))
  h / outer(scale, scale)
}

# Newton steps on the gradient. A search that compares deviances cannot
# resolve theta better than about 1e-6, because the deviance is flat there to
# the last digit; its gradient can.
polish <- function(fn, theta) {
  scale <- derivative_scale(fn, theta)
  value <- fn(theta)
  gradient <- fine_gradient(fn, theta, scale)
  for (iteration in 1:6) {
    eigen_h <- eigen(fine_hessian(fn, theta, scale), symmetric = TRUE)
    use <- eigen_h$values > 1e-6 * max(eigen_h$values)
    v <- eigen_h$vectors[, use, drop = FALSE]
    step <- drop(v %*% (crossprod(v, gradient) / eigen_h$values[use]))
    candidate <- theta - step
    new_value <- fn(candidate)
    if (!is.finite(new_value) || new_value > value + 1e-8) break
    new_gradient <- fine_gradient(fn, candidate, scale)
    if (max(abs(new_gradient)) >= max(abs(gradient))) break
    theta <- candidate
    value <- new_value
    gradient <- new_gradient
  }
  list(theta = theta, gradient = max(abs(gradient * scale)))
}

# Sets elements that are zero but for rounding to exactly 0.
snap_to_zero <- function(fn, theta) {
  value <- fn(theta)
  tiny <- which(abs(theta) < 1e-5)
  if (length(tiny) == 0) return(theta)
  snapped <- replace(theta, tiny, 0)
  if (fn(snapped) <= value + 1e-9) snapped else theta
}

# Lowest deviance found: theta, the optimiser that found it, and the largest
# deviance gradient left (per step of derivative_scale).
minimise <- function(devfun) {
  lower <- environment(devfun)$lower
  # Far-off points can break the Cholesky factorisation in lme4.
  fn <- function(theta) tryCatch(devfun(theta), error = function(e) 1e10)
  default <- as.numeric(lower == 0)
  best <- list(value = Inf)
  try_run <- function(name, start) {
    theta <- tryCatch(suppressWarnings(optimisers[[name]](fn, start, lower)),
                      error = function(e) NULL)
    if (is.null(theta)) return()
    theta <- mirror_to_bounds(theta)
    value <- fn(theta)
    # Improvements below 1e-9 are rounding; the first finder keeps the credit.
    if (value < best$value - 1e-9) {
      best <<- list(value = value, theta = theta, name = name)
    }
  }
  for (name in names(optimisers)) try_run(name, default)
  for (start in other_starts[[as.character(length(lower))]]) {
    for (name in names(optimisers)) try_run(name, start)
  }
  for (name in names(optimisers)) try_run(name, best$theta)
  fine <- polish(fn, best$theta)
  theta <- snap_to_zero(fn, mirror_to_bounds(fine$theta))
  # The polish may only ever help.
  if (fn(theta) > best$value + 1e-8) theta <- best$theta
  list(theta = theta, name = best$name, gradient = fine$gradient)
}

# Satterthwaite degrees of freedom of coefficient `term`, as lmerTest defines
# them, with fine derivatives in place of lmerTest's fixed steps. Parameters
# are theta and log(sigma); the degrees of freedom do not depend on the
# choice of parameters, since the gradient of the deviance is 0 here.
satterthwaite <- function(devfun, theta, term, reml) {
  env <- environment(devfun)
  parts <- function(th) {
    devfun(th)
    c(logdet = env$pp$ldL2() + if (reml) env$pp$ldRX2() else 0,
      pwrss = env$resp$wrss() + env$pp$sqrL(1),
      variance = sum(env$pp$RXi()[term, ]^2))
  }
  scale <- derivative_scale(devfun, theta)
  at <- function(name) function(th) parts(th)[[name]]
  p <- parts(theta)
  rows <- nrow(env$pp$X) - if (reml) ncol(env$pp$X) else 0
  sigma2 <- p[["pwrss"]] / rows
  q <- length(theta)
  hessian <- matrix(0, q + 1, q + 1)
  hessian[1:q, 1:q] <- fine_hessian(at("logdet"), theta, scale) +
    fine_hessian(at("pwrss"), theta, scale) / sigma2
  hessian[1:q, q + 1] <- hessian[q + 1, 1:q] <-
    -2 * fine_gradient(at("pwrss"), theta, scale) / sigma2
  hessian[q + 1, q + 1] <- 4 * p[["pwrss"]] / sigma2
  gradient <- sigma2 * c(fine_gradient(at("variance"), theta, scale), 2 * p[["variance"]])
  eigen_h <- eigen(hessian, symmetric = TRUE)
  use <- eigen_h$values > 1e-6 * max(eigen_h$values)
  v <- eigen_h$vectors[, use, drop = FALSE]
  variance_of_variance <- sum(2 * crossprod(v, gradient)^2 / eigen_h$values[use])
  devfun(theta)
  2 * (sigma2 * p[["variance"]])^2 / variance_of_variance
}

# Fits `formula` to `data` and describes the fit in one row.
fit_pair <- function(formula, data, reml = TRUE) {
  environment(formula) <- environment()
  # The plain lme4 call, for comparison: how low does it get?
  by_default <- suppressMessages(suppressWarnings(
    lme4::lmer(formula, data, REML = reml)))
  devfun <- lme4::lmer(formula, data, REML = reml, devFunOnly = TRUE)
  best <- minimise(devfun)
  # optimizer = NULL makes lmer build the model at the given theta.
  fit <- suppressMessages(suppressWarnings(lmerTest::lmer(
    formula, data, REML = reml, start = list(theta = best$theta),
    control = lmerControl(optimizer = NULL, calc.derivs = FALSE))))
  stopifnot(identical(unname(getME(fit, "theta")), unname(best$theta)))
  table <- suppressMessages(suppressWarnings(coef(summary(fit, ddf = "Satterthwaite"))))
  gi <- intersect(c("time:genotype", "genotype:time"), rownames(table))
  variances <- as.data.frame(VarCorr(fit))
  sd_of <- function(var) {
    sd <- variances$sdcor[variances$grp != "Residual" & variances$var1 %in% var &
                            is.na(variances$var2)]
    if (length(sd) == 0) NA_real_ else sd
  }
  cor <- variances$sdcor[!is.na(variances$var2)]
  if (length(cor) == 0 || !is.finite(cor)) cor <- NA_real_
  deviance_of <- function(m) if (reml) REMLcrit(m) else -2 * as.numeric(logLik(m))
  row <- data.frame(
    deviance = deviance_of(fit),
    b_g = table["genotype", 1], b_g_se = table["genotype", 2],
    b_i = table["time", 1], b_i_se = table["time", 2],
    b_gi = table[gi, 1], b_gi_se = table[gi, 2],
    stat_gi = table[gi, 4], df_gi = table[gi, 3], pval_gi = table[gi, 5],
    sd_intercept = sd_of("(Intercept)"), sd_slope = sd_of("time"), cor = cor,
    sd_residual = sigma(fit), singular = isSingular(fit, tol = 1e-4),
    optimiser = best$name, deviance_default_lme4 = deviance_of(by_default))
  check <- data.frame(
    df_lmertest = row$df_gi,
    df_fine = satterthwaite(devfun, best$theta,
                            match(gi, colnames(getME(fit, "X"))), reml),
    gradient = best$gradient)
  theta <- getME(fit, "theta")
  for (j in 1:3) check[[paste0("theta", j)]] <- if (j <= length(theta)) theta[[j]] else NA
  list(row = row, check = check)
}

# 12 significant digits: below the reproducible precision of no column.
write_table <- function(table, path) {
  for (name in names(table)) {
    if (is.double(table[[name]])) {
      table[[name]] <- ifelse(is.na(table[[name]]), "NA",
                              formatC(table[[name]], digits = 12, format = "g", width = 1))
    }
  }
  write.table(table, path, sep = "\t", quote = FALSE, row.names = FALSE, na = "NA")
}
