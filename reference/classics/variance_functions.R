# Fits of the classic data sets with residual variances that differ by group or follow a covariate or
# the fitted values: nlme's varIdent, varPower and varExp. Writes variance_functions.json.
#
#   Rscript variance_functions.R FOLDER
#
# nlme ends a little above the optimum. Here lme4 gives the criterion at any variance function, for
# this is a matter of weights; it is minimised over the random part and the function's parameters
# together, until its gradient vanishes. nlme's own results stand beside it.

folder <- commandArgs(TRUE)[1]
wanted <- commandArgs(TRUE)[-1]
arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
source(file.path(here, "functions.R"))
suppressPackageStartupMessages(library(nlme))

dialyzer <- paste("rate ~ (pressure + I(pressure^2) + I(pressure^3) + I(pressure^4)) * factor(QB)",
                  "+ (pressure + I(pressure^2) | Subject)")
by_sex <- list(id = "orthodont_by_sex", data = "Orthodont", kind = "by", column = "Sex",
               formula = "distance ~ age * Sex + (age | Subject)",
               flags = c("--residual-variance", "by:Sex", "--reference", "Sex=Male"))
dialysis <- function(id, kind, column = "pressure") {
  list(id = paste0("dialyzer", id), data = "Dialyzer", kind = kind, column = column,
       formula = dialyzer,
       flags = if (kind != "none") c("--residual-variance", paste0(kind, ":", column)))
}
models <- list(
  by_sex,
  dialysis("", "none"), dialysis("_power_pressure", "power"), dialysis("_exp_pressure", "exp"),
  dialysis("_power_fitted", "power", "fitted"),
  list(id = "bodyweight_power_fitted", data = "BodyWeight", kind = "power", column = "fitted",
       formula = "weight ~ Time * factor(Diet) + (Time | Rat)",
       flags = c("--residual-variance", "power:fitted")))

# Residual standard deviations relative to sigma. `v` is the covariate, or the factor of `by`.
relative_sd <- function(kind, v, delta) {
  switch(kind, none = rep(1, length(v)), power = abs(v)^delta, exp = exp(delta * v),
         by = exp(c(0, delta)[as.integer(v)]))
}

# The criterion and its parts as functions of (theta, delta).
criterion <- function(formula, data, kind, v) {
  parsed <- lFormula(formula, data, REML = TRUE)
  q <- length(parsed$reTrms$theta)
  deltas <- switch(kind, none = 0, by = nlevels(v) - 1, 1)
  # A model made at one delta serves all thetas; the latest is kept.
  latest <- NULL
  model <- function(delta) {
    if (is.null(latest) || !identical(latest$delta, delta)) {
      frame <- parsed$fr
      frame[["(weights)"]] <- relative_sd(kind, v, delta)^-2
      latest <<- list(delta = delta, weights = frame[["(weights)"]],
                      devfun = mkLmerDevfun(frame, parsed$X, parsed$reTrms, REML = TRUE))
    }
    latest
  }
  lower <- c(environment(model(numeric(deltas))$devfun)$lower, rep(-Inf, deltas))
  fn <- function(par) model(par[-seq_len(q)])$devfun(par[seq_len(q)])
  part <- function(par, what) {
    now <- model(par[-seq_len(q)])
    now$devfun(par[seq_len(q)])
    env <- environment(now$devfun)
    switch(what,
           logdet = env$pp$ldL2() + env$pp$ldRX2() - sum(log(now$weights)),
           pwrss = env$resp$wrss() + env$pp$sqrL(1), unscaled = c(env$pp$unsc()),
           beta = env$pp$beta(1), fitted = env$resp$mu + 0)
  }
  list(fn = fn, part = part, q = q, deltas = deltas, n = nrow(parsed$X), p = ncol(parsed$X),
       terms = colnames(parsed$X), cnms = parsed$reTrms$cnms, sizes = lengths(parsed$reTrms$cnms))
}

# Newton steps on the gradient, in units of derivative_scale: the parameters' own differ by so much
# that `polish` takes the flattest directions for none.
newton <- function(fn, par) {
  scale <- derivative_scale(fn, par)
  largest <- Inf
  for (iteration in 1:20) {
    gradient <- fine_gradient(fn, par, scale) * scale
    if (max(abs(gradient)) >= 0.5 * largest) break
    largest <- max(abs(gradient))
    e <- eigen(fine_hessian(fn, par, scale) * outer(scale, scale), symmetric = TRUE)
    if (min(e$values) < 1e-10 * max(e$values)) break
    following <- par - scale * drop(e$vectors %*% (crossprod(e$vectors, gradient) / e$values))
    if (fn(following) > fn(par) + 1e-8) break
    par <- following
  }
  list(par = par, gradient = max(abs(fine_gradient(fn, par, scale) * scale)))
}

search <- function(parts, start) {
  run <- nlminb(start, parts$fn, scale = 1 / derivative_scale(parts$fn, start),
                control = list(rel.tol = 1e-14, x.tol = 1e-12))
  found <- newton(parts$fn, run$par)
  list(par = mirror_terms(found$par, parts$sizes), gradient = found$gradient)
}

# Satterthwaite's ingredients, delta among the variance parameters. See satterthwaite_parts.
inference <- function(parts, par) {
  at <- function(what) function(x) parts$part(x, what)
  scale <- derivative_scale(parts$fn, par)
  pwrss <- parts$part(par, "pwrss")
  sigma2 <- pwrss / (parts$n - parts$p)
  k <- length(par)
  hessian <- matrix(0, k + 1, k + 1)
  hessian[1:k, 1:k] <- fine_hessian(at("logdet"), par, scale) +
    fine_hessian(at("pwrss"), par, scale) / sigma2
  hessian[1:k, k + 1] <- hessian[k + 1, 1:k] <-
    -2 * fine_gradient(at("pwrss"), par, scale) / sigma2
  hessian[k + 1, k + 1] <- 4 * pwrss / sigma2
  by_par <- numDeriv::jacobian(function(z) parts$part(par + scale * z, "unscaled"), numeric(k),
                               method.args = list(eps = 1, r = 4))
  unscaled <- parts$part(par, "unscaled")
  list(covariance = matrix(sigma2 * unscaled, parts$p), sigma = sqrt(sigma2),
       jacobian = sigma2 * cbind(sweep(by_par, 2, scale, "/"), 2 * unscaled),
       parameters = 2 * solve(hessian))
}

by_nlme <- function(model, data) {
  v <- if (model$column == "fitted") ~ fitted(.) else as.formula(paste("~", model$column))
  weights <- switch(model$kind, none = NULL, power = varPower(form = v), exp = varExp(form = v),
                    by = varIdent(form = as.formula(paste("~ 1 |", model$column))))
  bars <- lme4::findbars(as.formula(model$formula))[[1]]
  fits <- lapply(c("nlminb", "optim"), function(optimiser) {
    tryCatch(suppressWarnings(do.call(lme, list(
      lme4::nobars(as.formula(model$formula)), data,
      random = as.formula(paste("~", deparse(bars[[2]]), "|", deparse(bars[[3]]))),
      weights = weights, control = lmeControl(
        opt = optimiser, maxIter = 500, msMaxIter = 2000, msMaxEval = 5000, niterEM = 50,
        tolerance = 1e-10, msTol = 1e-13, returnObject = TRUE)))), error = function(e) NULL)
  })
  fits <- Filter(Negate(is.null), fits)
  fit <- fits[[which.max(vapply(fits, function(f) as.numeric(logLik(f)), 0))]]
  list(deviance = -2 * as.numeric(logLik(fit)), sigma = fit$sigma,
       delta = if (!is.null(fit$modelStruct$varStruct)) {
         I(unname(coef(fit$modelStruct$varStruct, unconstrained = FALSE)))
       })
}

if (length(wanted)) models <- Filter(function(m) m$id %in% wanted, models)
results <- lapply(models, function(model) {
  data <- read_classic(folder, model$data)
  if (model$kind == "by") data$Sex <- relevel(data$Sex, "Male")
  formula <- as.formula(model$formula)
  iterations <- 0
  # From the best of many searches without a function of the variance.
  homogeneous <- fit_best(formula, data)$fit
  at_first <- criterion(formula, data, model$kind,
                        if (model$column == "fitted") fitted(homogeneous) else data[[model$column]])
  found <- list(par = c(getME(homogeneous, "theta"), numeric(at_first$deltas)))
  if (model$column == "fitted") {
    v <- fitted(homogeneous)
    repeat {
      parts <- criterion(formula, data, model$kind, v)
      found <- search(parts, found$par)
      following <- parts$part(found$par, "fitted")
      iterations <- iterations + 1
      change <- max(abs(following / v - 1))
      v <- following
      if (change < 1e-8 || iterations == 60) break
    }
  } else {
    parts <- at_first
    found <- search(parts, found$par)
  }
  infer <- inference(parts, found$par)
  beta <- parts$part(found$par, "beta")
  theta <- found$par[seq_len(parts$q)]
  delta <- found$par[-seq_len(parts$q)]
  factor_ <- diag(0, parts$sizes[[1]])
  factor_[lower.tri(factor_, diag = TRUE)] <- theta
  g <- infer$sigma^2 * tcrossprod(factor_)
  names_ <- parts$cnms[[1]]
  components <- list()
  for (i in seq_along(names_)) for (j in seq_len(i)) {
    components[[length(components) + 1]] <- list(
      group = names(parts$cnms)[1], term1 = names_[j], term2 = if (i == j) NA else names_[i],
      covariance = g[i, j],
      sd_or_correlation = if (i == j) sqrt(g[i, i]) else g[i, j] / sqrt(g[i, i] * g[j, j]))
  }
  variance <- switch(model$kind, none = NULL, power = list(power = delta), exp = list(exp = delta),
                     by = as.list(setNames(exp(delta),
                                           paste0("ratio:", levels(data[[model$column]])[-1]))))
  result <- list(
    id = model$id, data = paste0(model$data, ".csv"), formula = model$formula, criterion = "reml",
    flags = I(as.character(model$flags)), n_observations = parts$n,
    deviance = parts$fn(found$par),
    fixed_effects = lapply(seq_along(beta), function(i) {
      se <- sqrt(infer$covariance[i, i])
      df <- fine_df(infer, as.numeric(seq_along(beta) == i))
      list(term = parts$terms[i], estimate = beta[i], se = se, t = beta[i] / se, df = df,
           p = 2 * pt(-abs(beta[i] / se), df))
    }),
    variance_components = components, residual_sd = infer$sigma, residual_variance = variance,
    theta = I(theta), gradient = found$gradient, iterations = iterations,
    nlme = by_nlme(model, data))
  cat(model$id, sprintf("%.8f", result$deviance), "delta", format(delta, digits = 10), "gradient",
      result$gradient, "iterations", iterations, "nlme", sprintf("%.8f", result$nlme$deviance),
      format(unlist(result$nlme$delta), digits = 10), "\n", file = stderr())
  result
})
if (!length(wanted)) write_json(results, file.path(here, "variance_functions.json"))
