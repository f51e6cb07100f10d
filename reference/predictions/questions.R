# What lme4, lmerTest, pbkrtest, emmeans and nlme say of the models in this folder.
#
#   Rscript questions.R > questions.json
suppressMessages({library(lme4); library(lmerTest); library(emmeans); library(nlme)})
trial <- read.delim("trial.tsv", stringsAsFactors = TRUE)
glucose <- read.delim("glucose.tsv", stringsAsFactors = TRUE)
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e6))
emm_options(msg.interaction = FALSE)

# The call has no names of this function's: ranova and update evaluate it again. From the best of
# several searches: theta to about 1e-6.
fit <- function(formula, REML = TRUE) {
  m <- eval(bquote(lmerTest::lmer(.(formula), trial, REML = .(REML), control = tight)))
  for (i in 1:3) m <- update(m, start = list(theta = getME(m, "theta")))
  m@call$start <- NULL
  m
}

# Estimates of emmeans under names as slopeqtl gives them.
effects <- function(table) {
  d <- as.data.frame(table)
  names(d)[names(d) %in% c("emmean", "time.trend")] <- "estimate"
  lapply(seq_len(nrow(d)), function(i) {
    list(estimate = d$estimate[i], se = d$SE[i], df = d$df[i])
  })
}

anova_table <- function(m, ddf) {
  a <- as.data.frame(anova(m, type = 3, ddf = ddf))
  lapply(seq_len(nrow(a)), function(i) {
    list(term = rownames(a)[i], statistic = a$`F value`[i], df1 = a$NumDF[i],
         df2 = a$DenDF[i], p = a$`Pr(>F)`[i])
  })
}

arms <- fev1 ~ time * arm + site + age + (1 + time | patient)
ages <- fev1 ~ time * age + arm + (1 + time | patient)
m <- fit(arms)
a <- fit(ages)
l <- fit(arms, REML = FALSE)
questions <- function(ddf) {
  g <- emmeans(m, ~ arm | time, at = list(time = c(0, 12)), lmer.df = ddf)
  s <- emmeans(m, ~ site, lmer.df = ddf)
  t <- emtrends(m, ~ arm, var = "time", lmer.df = ddf)
  at <- emtrends(a, ~ age, var = "time", at = list(age = c(50, 70)), lmer.df = ddf)
  k <- contrast(emmeans(m, ~ arm | time, at = list(time = 12), lmer.df = ddf), "trt.vs.ctrl1")
  list(means = effects(g), site_means = effects(s),
       mean_differences = effects(contrast(g, "trt.vs.ctrl1")),
       site_differences = effects(contrast(s, "trt.vs.ctrl1")),
       slopes = effects(t), slope_differences = effects(contrast(t, "trt.vs.ctrl1")),
       slopes_at_ages = effects(at), contrast = effects(k),
       anova = anova_table(m, if (ddf == "satterthwaite") "Satterthwaite" else "Kenward-Roger"))
}
likelihood <- function(m) {
  list(deviance = -2 * c(logLik(m)), aic = AIC(m), bic = BIC(m), parameters = attr(logLik(m), "df"))
}
slopes <- as.data.frame(ranova(m))
slopes_ml <- -2 * c(logLik(update(l, . ~ . - (1 + time | patient) + (1 | patient)))) +
  2 * c(logLik(l))
only <- lmerTest::lmer(fev1 ~ time * arm + (1 | patient), trial, control = tight)

wald <- function(m) {
  i <- intervals(m, which = "var-cov")
  found <- list(random = as.data.frame(i$reStruct[[1]]), sigma = unname(i$sigma))
  if (!is.null(i$varStruct)) found$residual <- as.data.frame(i$varStruct)
  found
}
# Not its defaults: from those nlme stops 1e-3 short of the optimum in the intervals.
exact <- lmeControl(opt = "optim", msTol = 1e-12, tolerance = 1e-10, maxIter = 1000,
                    msMaxIter = 1000, niterEM = 200)
n <- lme(fev1 ~ time * arm + age, random = ~ time | patient, trial, control = exact)
v <- lme(glucose ~ time + device, random = ~ time | patient, glucose, control = exact,
         weights = varComb(varIdent(form = ~ 1 | device), varExp(form = ~ time)))
f <- lme(glucose ~ time + device, random = ~ time | patient, glucose, weights = varPower(),
         control = exact)
cat(jsonlite::toJSON(list(
  satterthwaite = questions("satterthwaite"), `kenward-roger` = questions("kenward-roger"),
  likelihood = list(reml = likelihood(m), ml = likelihood(l)),
  variance_tests = list(
    slope = list(statistic = slopes$LRT[2]), slope_ml = list(statistic = slopes_ml),
    intercept = list(statistic = as.data.frame(ranova(only))$LRT[2])),
  power_of_fitted = list(deviance = -2 * c(logLik(f)), power = unname(coef(f$modelStruct$varStruct)),
                         sigma = f$sigma, fixed = unname(fixef(f))),
  nlme = list(trial = wald(n), glucose = wald(v))),
  digits = I(12), auto_unbox = TRUE, pretty = TRUE), "\n")
