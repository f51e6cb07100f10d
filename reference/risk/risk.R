# What lme4, glm, pROC and optim say of the data in this folder.
#
#   slopeqtl simulate --scenario risk --donors 150 --seed 5 --out data
#   Rscript risk.R > expected.json
suppressMessages({library(lme4); library(jsonlite); library(pROC); library(statmod)})
d <- read.delim("data.tsv")
o <- read.delim("data.outcomes.tsv")
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e6))
m <- lmer(marker ~ time + (1 + time | patient), d, control = tight)
for (i in 1:3) m <- update(m, start = getME(m, "theta"))

beta <- fixef(m)
b <- ranef(m, condVar = TRUE)$patient
C <- attr(b, "postVar")
ids <- rownames(b)
o <- o[match(ids, o$patient), ]
sigma <- sigma(m)

# Functions of a trajectory, by their weights of intercept and slope.
predictor <- function(w) list(
  mean = sum(w * beta) + as.matrix(b) %*% w,
  variance = apply(C, 3, function(v) drop(t(w) %*% v %*% w)))
slope <- predictor(c(0, 1))
level <- predictor(c(1, 3))
cross <- apply(C, 3, function(v) drop(t(c(0, 1)) %*% v %*% c(1, 3)))

# -2 log-likelihood, integrated over the normal distribution of the linear predictor.
nodes <- gauss.quad.prob(80, "normal")
prob <- function(eta, s) drop(plogis(outer(eta, rep(1, 80)) + outer(s, nodes$nodes)) %*% nodes$weights)
integrated <- function(X, V, start) {
  q <- ncol(X)
  f <- function(g) {
    k <- g[(q - dim(V)[1] + 1):q]
    s <- sqrt(pmax(0, apply(V, 3, function(v) drop(t(k) %*% v %*% k))))
    p <- prob(drop(X %*% g), s)
    -2 * sum(log(ifelse(o$event == 1, p, 1 - p)))
  }
  best <- optim(start, f, method = "BFGS", control = list(reltol = 1e-14, maxit = 1000))
  for (i in 1:5) best <- optim(best$par, f, method = "Nelder-Mead", control = list(reltol = 1e-15, maxit = 5000))
  h <- optimHess(best$par, f, control = list(ndeps = rep(1e-4, q))) / 2
  k <- best$par[(q - dim(V)[1] + 1):q]
  s <- sqrt(apply(V, 3, function(v) drop(t(k) %*% v %*% k)))
  list(estimate = best$par, se = sqrt(diag(solve(h))), deviance = best$value,
       risk = prob(drop(X %*% best$par), s))
}
plain <- function(X) {
  g <- glm(o$event ~ X - 1, family = binomial, control = list(epsilon = 1e-14))
  list(estimate = unname(coef(g)), se = unname(sqrt(diag(vcov(g)))), deviance = deviance(g),
       risk = unname(fitted(g)))
}
performance <- function(p) {
  r <- roc(o$event, p, quiet = TRUE, direction = "<")
  lp <- qlogis(p)
  g <- glm(o$event ~ lp, family = binomial)
  h <- glm(o$event ~ offset(lp), family = binomial)
  prevalence <- mean(o$event)
  w <- wilcox.test(p[o$event == 1], p[o$event == 0], exact = FALSE)$statistic
  stopifnot(abs(w / (sum(o$event) * sum(1 - o$event)) - as.numeric(auc(r))) < 1e-12)
  list(auc = as.numeric(auc(r)), auc_se = sqrt(var(r, method = "delong")),
       brier = mean((p - o$event)^2),
       scaled_brier = 1 - mean((p - o$event)^2) / (prevalence * (1 - prevalence)),
       calibration_intercept = unname(coef(g)[1]), calibration_slope = unname(coef(g)[2]),
       calibration_intercept_se = sqrt(vcov(g)[1, 1]), calibration_slope_se = sqrt(vcov(g)[2, 2]),
       calibration_in_the_large = unname(coef(h)[1]))
}

base <- cbind(1, o$age)
X <- cbind(base, slope$mean)
one <- array(slope$variance, c(1, 1, nrow(o)))
two <- array(rbind(level$variance, cross, cross, slope$variance), c(2, 2, nrow(o)))
XX <- cbind(base, level$mean, slope$mean)

# Least squares of each patient's own measurements.
own <- sapply(ids, function(id) {
  s <- d[d$patient == id, ]
  unname(coef(lm(marker ~ time, s))[2])
})
exceed <- pnorm((level$mean - 6) / sqrt(level$variance + sigma^2))

i <- integrated(X, one, plain(X)$estimate)
result <- list(
  integrated = i[1:3], plugin = plain(X)[1:3], own = plain(cbind(base, own))[1:3],
  two_integrated = integrated(XX, two, plain(XX)$estimate)[1:3], two_plugin = plain(XX)[1:3],
  exceed = plain(cbind(base, exceed))[1:3], performance = performance(i$risk),
  risks = setNames(as.list(i$risk), ids))
writeLines(toJSON(result, digits = NA, auto_unbox = TRUE, pretty = TRUE))
