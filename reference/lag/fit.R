# Fits the data sets of data.py by nlme::lme and by the likelihood of the two equations written out.
#
#   Rscript fit.R > expected.json
#
# lme: stacked responses, y's equation given x of the same visit (README.md), -2 log-likelihood and
# coefficients. Direct: both equations as they are reported, residuals with a covariance; estimates by
# optim, standard errors from the Hessian of all parameters.
suppressMessages({library(nlme); library(jsonlite)})

# Pairs of complete visits that are at most `gap` apart; a longer gap begins a new run.
pairs <- function(d, gap, covariates) {
  d <- d[complete.cases(d), ]
  d <- d[order(d$subject, d$time), ]
  out <- NULL
  for (s in unique(d$subject)) {
    own <- d[d$subject == s, ]
    run <- 1; first <- own[1, ]
    for (k in seq_len(nrow(own))[-1]) {
      if (own$time[k] - own$time[k - 1] > gap + 1e-9) { run <- run + 1; first <- own[k, ]; next }
      row <- data.frame(run = paste(s, run), time = own$time[k], x = own$x[k], y = own$y[k],
                        lx = own$x[k - 1], ly = own$y[k - 1], fx = first$x, fy = first$y)
      out <- rbind(out, cbind(row, own[k, covariates, drop = FALSE]))
    }
  }
  out
}

stacked <- function(p, covariates) {
  s <- rbind(cbind(p, process = "x", value = p$x, now = 0), cbind(p, process = "y", value = p$y, now = p$x))
  form <- as.formula(paste("value ~ 0 + process + process:(", paste(c("time", "lx", "ly", "fx", "fy", covariates),
                                                                    collapse = " + "), ") + now"))
  fit <- lme(form, data = s, random = list(run = pdSymm(~ 0 + process)), weights = varIdent(form = ~ 1 | process),
             method = "ML", control = lmeControl(opt = "nlminb", msMaxIter = 500, maxIter = 500, niterEM = 50,
                                                 tolerance = 1e-12, msTol = 1e-14, returnObject = FALSE))
  fit
}

direct <- function(p, covariates, start) {
  z <- model.matrix(as.formula(paste("~ time + lx + ly + fx + fy", if (length(covariates)) "+",
                                     paste(covariates, collapse = " + "))), p)
  k <- ncol(z)
  run <- factor(p$run, levels = unique(p$run)); m <- as.vector(table(run))
  value <- function(par) {
    r <- cbind(p$x - z %*% par[1:k], p$y - z %*% par[k + 1:k])
    root <- function(v) matrix(c(exp(v[1]), v[2], 0, exp(v[3])), 2)
    u <- tcrossprod(root(par[2 * k + 1:3])); e <- tcrossprod(root(par[2 * k + 4:6]))
    mean <- rowsum(r, run, reorder = FALSE) / m
    within <- r - mean[as.integer(run), ]
    total <- 2 * nrow(p) * log(2 * pi) + (nrow(p) - length(m)) * log(det(e)) + sum((within %*% solve(e)) * within)
    for (size in unique(m)) {
      v <- e + size * u; own <- mean[m == size, , drop = FALSE]
      total <- total + nrow(own) * log(det(v)) + size * sum((own %*% solve(v)) * own)
    }
    total
  }
  fit <- list(par = start)
  for (round in 1:6)
    fit <- optim(fit$par, value, method = "BFGS", control = list(reltol = 1e-15, maxit = 2000, ndeps = rep(1e-5, length(start))))
  hessian <- optimHess(fit$par, value, control = list(ndeps = rep(1e-3, length(start))))
  v <- 2 * solve(hessian)
  names <- c(paste0("x~", colnames(z)), paste0("y~", colnames(z)))
  list(value = fit$value, estimate = setNames(fit$par[1:(2 * k)], names), se = setNames(sqrt(diag(v))[1:(2 * k)], names),
       cov_paths = v[k + 3, 4], k = k)
}

one <- function(file, gap, covariates = character(), scale = c(1, 1), shift = c(0, 0)) {
  d <- read.delim(file, stringsAsFactors = FALSE)[, c("subject", "time", "x", "y", covariates)]
  # In units in which all is of order one; what is reported is changed back.
  d$x <- (d$x - shift[1]) / scale[1]; d$y <- (d$y - shift[2]) / scale[2]
  tmean <- mean(d$time); tscale <- max(abs(d$time - tmean)); d$time <- (d$time - tmean) / tscale
  p <- pairs(d, gap / tscale, covariates)
  fit <- stacked(p, covariates)
  b <- fixef(fit); gamma <- b[["now"]]
  x <- b[grepl("^processx", names(b))]; y <- b[grepl("^processy", names(b))] + gamma * x
  D <- as.matrix(getVarCov(fit)); sd <- fit$sigma * c(1, 1)
  ratio <- coef(fit$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)
  sd <- fit$sigma * unname(ratio[c("x", "y")])
  L <- matrix(c(1, gamma, 0, 1), 2)
  u <- L %*% D %*% t(L); e <- L %*% diag(sd^2) %*% t(L)
  low <- function(v) { c <- t(chol(v)); c(log(c[1, 1]), c[2, 1], log(c[2, 2])) }
  # lme has factors' columns in the order of model.matrix too, after the numbers.
  full <- direct(p, covariates, c(unname(x), unname(y), low(u), low(e)))
  n <- nrow(p)
  unit <- 2 * n * (log(scale[1]) + log(scale[2]))
  at <- function(eq, term) paste0(eq, "~", term)
  ratioxy <- scale[2] / scale[1]
  path <- function(eq, term, f) list(estimate = f * full$estimate[[at(eq, term)]], se = f * full$se[[at(eq, term)]])
  list(
    pairs = n, runs = length(unique(p$run)), deviance_lme = -2 * as.numeric(logLik(fit)) + unit,
    deviance_direct = full$value + unit,
    lme = list(xx = x[["processx:lx"]], yx = x[["processx:ly"]] / ratioxy,
               xy = y[["processy:lx"]] * ratioxy, yy = y[["processy:ly"]]),
    paths = list(x_to_x = path("x", "lx", 1), y_to_x = path("x", "ly", 1 / ratioxy),
                 x_to_y = path("y", "lx", ratioxy), y_to_y = path("y", "ly", 1)),
    effects = lapply(setNames(nm = names(full$estimate)[!grepl("Intercept", names(full$estimate))]), function(name) {
      outcome <- if (startsWith(name, "x~")) scale[1] else scale[2]
      term <- sub("^.~", "", name)
      f <- outcome / switch(term, time = tscale, lx = , fx = scale[1], ly = , fy = scale[2], 1)
      list(estimate = f * full$estimate[[name]], se = f * full$se[[name]])
    }),
    random_intercepts = list(sd_x = scale[1] * sqrt(u[1, 1]), sd_y = scale[2] * sqrt(u[2, 2]),
                             correlation = u[1, 2] / sqrt(u[1, 1] * u[2, 2])),
    residuals = list(sd_x = scale[1] * sqrt(e[1, 1]), sd_y = scale[2] * sqrt(e[2, 2]),
                     correlation = e[1, 2] / sqrt(e[1, 1] * e[2, 2])))
}

answers <- list(balanced = one("balanced.tsv", 1),
                gaps = one("gaps.tsv", 2, c("arm", "dose")),
                irregular = one("irregular.tsv", 35, scale = c(1e6, 1e-3), shift = c(5e6, 0)))
cat(toJSON(answers, auto_unbox = TRUE, digits = I(12), pretty = TRUE), "\n")
