# Generalised linear mixed models by plain R: Laplace's approximation with sparse Cholesky factors, adaptive
# Gauss-Hermite quadrature level by level, derivatives by differences. lme4 gives X, Z, the pattern
# of Lambda, and the point to start from. Sourced by fit.R.

suppressPackageStartupMessages({
  library(lme4)
  library(Matrix)
})

number <- function(x) if (length(x) == 0 || !is.finite(x)) NA else unname(x)

write_json <- function(object, path) {
  writeLines(jsonlite::toJSON(object, auto_unbox = TRUE, digits = I(15), pretty = TRUE,
                              na = "null", null = "null"), path)
}

# Everything a criterion needs: proportions or counts y of m trials, X with treatment contrasts and
# with contrasts that sum to 0, and the random part.
problem <- function(model, data) {
  formula <- as.formula(model$formula)
  environment(formula) <- environment()
  data$prior_weight <- if (is.null(model$weights)) 1 else data[[model$weights]]
  data$prior_offset <- if (is.null(model$offset)) 0 else data[[model$offset]]
  parsed <- glFormula(formula, data, family = model$family, weights = prior_weight,
                      offset = prior_offset)
  response <- model.response(parsed$fr)
  m <- parsed$fr[["(weights)"]]
  if (is.matrix(response)) {
    m <- rowSums(response)
    y <- ifelse(m > 0, response[, 1] / m, 0)
  } else if (is.factor(response)) {
    y <- as.numeric(response) - 1
  } else {
    y <- as.numeric(response)
  }
  fixed <- lme4::nobars(formula)
  factors <- names(Filter(function(x) is.factor(x) || is.character(x), parsed$fr))
  inside <- intersect(factors, attr(terms(fixed), "term.labels"))
  sums <- model.matrix(fixed, parsed$fr,
                       contrasts.arg = setNames(rep(list("contr.sum"), length(inside)), inside))
  list(model = model, data = data, formula = formula, y = y, m = m,
       offset = parsed$fr[["(offset)"]], x = unname(parsed$X), names = colnames(parsed$X),
       sums = unname(sums), term_of = attr(sums, "assign"),
       terms = attr(terms(fixed), "term.labels"), re = parsed$reTrms)
}

families <- list(
  binomial = list(
    mean = plogis, variance = function(eta) plogis(eta) * plogis(-eta),
    log_density = function(y, m, eta) {
      lgamma(m + 1) - lgamma(m * y + 1) - lgamma(m * (1 - y) + 1) +
        m * (y * plogis(eta, log.p = TRUE) + (1 - y) * plogis(-eta, log.p = TRUE))
    }),
  poisson = list(mean = exp, variance = exp,
                 log_density = function(y, m, eta) m * (y * eta - exp(eta) - lgamma(y + 1))))

# The mode of the random effects u (of variance 1) at given theta and beta, from p$u or 0, until
# Newton's steps vanish; with what the approximation and its inference need.
mode_at <- function(p, par, x = p$x) {
  family <- families[[p$model$family]]
  q <- length(p$re$theta)
  lambda <- p$re$Lambdat
  lambda@x <- par[seq_len(q)][p$re$Lind]
  zl <- t(lambda %*% p$re$Zt)
  fixed <- drop(x %*% par[-seq_len(q)]) + p$offset
  u <- if (is.null(p$u)) numeric(ncol(zl)) else p$u
  objective <- function(u) {
    sum(u^2) - 2 * sum(family$log_density(p$y, p$m, fixed + drop(zl %*% u)))
  }
  here <- objective(u)
  pattern <- forceSymmetric(Diagonal(ncol(zl)) + crossprod(zl))
  factor <- Cholesky(pattern, LDL = FALSE)
  for (iteration in 1:200) {
    eta <- fixed + as.vector(zl %*% u)
    w <- p$m * family$variance(eta)
    a <- forceSymmetric(crossprod(Diagonal(x = sqrt(w)) %*% zl) + Diagonal(ncol(zl)))
    factor <- update(factor, a)
    score <- as.vector(crossprod(zl, p$m * (p$y - family$mean(eta)))) - u
    step <- as.vector(solve(factor, score))
    if (max(abs(step)) < 1e-10) break
    share <- 1
    while (objective(u + share * step) > here + 1e-9 && share > 1e-6) share <- share / 2
    u <- u + share * step
    here <- objective(u)
  }
  stopifnot(iteration < 200)
  list(u = u, eta = eta, factor = factor, a = a, lambda = lambda,
       deviance = objective(u) + 2 * sum(log(diag(as(factor, "sparseMatrix")))))
}

laplace <- function(p, par, x = p$x) mode_at(p, par, x)$deviance

# Nodes and weights for the weight function exp(-x^2), by the eigenvalues of the Jacobi matrix.
hermite <- function(n) {
  jacobi <- matrix(0, n, n)
  for (k in seq_len(n - 1)) jacobi[k, k + 1] <- jacobi[k + 1, k] <- sqrt(k / 2)
  e <- eigen(jacobi, symmetric = TRUE)
  list(nodes = e$values, weights = sqrt(pi) * e$vectors[1, ]^2)
}

# -2 log likelihood of a model with one scalar term by adaptive quadrature.
quadrature <- function(p, par, x = p$x, points) {
  family <- families[[p$model$family]]
  rule <- hermite(points)
  found <- mode_at(p, par, x)
  fixed <- drop(x %*% par[-1]) + p$offset
  level <- as.integer(p$re$flist[[1]])
  z <- par[1] * p$re$Zt@x[order(rep(seq_len(ncol(p$re$Zt)), diff(p$re$Zt@p)))]
  total <- 0
  for (j in seq_len(nlevels(p$re$flist[[1]]))) {
    rows <- which(level == j)
    width <- sqrt(2 / found$a[j, j])
    u <- found$u[j] + width * rule$nodes
    logs <- vapply(u, function(u) {
      sum(family$log_density(p$y[rows], p$m[rows], fixed[rows] + z[rows] * u)) - u^2 / 2
    }, 0) + rule$nodes^2 + log(rule$weights)
    top <- max(logs)
    total <- total + top + log(sum(exp(logs - top))) + log(width) - log(2 * pi) / 2
  }
  -2 * total
}

criterion <- function(p, x = p$x) {
  points <- p$model$agq
  if (is.null(points)) function(par) laplace(p, par, x)
  else function(par) quadrature(p, par, x, points)
}

# Central differences of fourth order, in units of `scale`.
gradient <- function(f, par, scale, h = 0.02) {
  vapply(seq_along(par), function(k) {
    at <- function(s) { moved <- par; moved[k] <- moved[k] + s * scale[k] * h; f(moved) }
    (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h * scale[k])
  }, 0)
}

hessian <- function(f, par, scale, h = 0.02) {
  n <- length(par)
  result <- matrix(0, n, n)
  here <- f(par)
  at <- function(steps) f(par + steps * scale * h)
  unit <- function(k) as.numeric(seq_len(n) == k)
  for (i in seq_len(n)) {
    e <- unit(i)
    result[i, i] <- (16 * (at(e) + at(-e)) - (at(2 * e) + at(-2 * e)) - 30 * here) /
      (12 * (h * scale[i])^2)
    for (j in seq_len(i - 1)) {
      g <- unit(j)
      result[i, j] <- result[j, i] <-
        (at(e + g) - at(e - g) - at(g - e) + at(-e - g)) / (4 * h^2 * scale[i] * scale[j])
    }
  }
  result
}

# The optimum by Newton steps from a point near it, at least two, until one is below 1e-6 of a standard error.
polish <- function(f, par, scale) {
  for (round in 1:6) {
    h <- hessian(f, par, scale)
    scale <- sqrt(2 * diag(solve(h)))
    step <- -solve(h, gradient(f, par, scale))
    par <- par + step
    if (round > 1 && max(abs(step / scale)) < 1e-6) break
  }
  list(par = par, hessian = h, value = f(par), gradient = max(abs(gradient(f, par, scale) * scale)))
}

# The least value, by R's search from a point given.
minimum <- function(f, start) nlminb(start, f, control = list(rel.tol = 1e-14, x.tol = 1e-10))$objective
