# Growth of mice in families: weight by week, with random intercepts and slopes of families and of
# mice within families, at variant rs3722157.
#
#   Rscript mouse_f3/fit.R DATA_FOLDER
#
# DATA_FOLDER holds samples.tsv, expression.bed.gz, genotypes.vcf.gz and
# weeks1-6.known_family.txt, the samples that are used. Time is centred at their mean. Writes
# expected.tsv (one row) and searches.tsv (where each optimiser and start ended) beside this script.

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
for (file in c("read_inputs.R", "fit_functions.R", "rich_functions.R")) {
  source(file.path(here, "..", file))
}
folder <- commandArgs(TRUE)[1]
variant <- "rs3722157"

samples <- read_samples(folder)
expression <- read_expression(folder)
vcf <- read_vcf_lines(folder)
kept <- intersect(readLines(file.path(folder, "weeks1-6.known_family.txt")),
                  colnames(expression$values))
kept <- kept[!is.na(expression$values["weight", kept])]
samples <- samples[kept, ]
data <- data.frame(weight = expression$values["weight", kept],
                   time = samples$time - mean(samples$time), sex01 = as.numeric(samples$sex01),
                   donor = factor(samples$donor_id), family = factor(samples$family),
                   genotype = unname(dosage(vcf, match(variant, vcf$id))[samples$donor_id]))
formula <- weight ~ time * genotype + time * sex01 + (1 + time | family/donor)
devfun <- lme4::lmer(formula, data, devFunOnly = TRUE)
lower <- environment(devfun)$lower
fn <- function(theta) tryCatch(devfun(theta), error = function(e) 1e10)

starts <- list(default = as.numeric(lower == 0), small = c(0.5, 0.1, 0.1, 0.5, 0.1, 0.1),
               opposite = c(1, -0.5, 0.1, 1, -0.5, 0.1), one_rank = c(2, 1, 0, 1, 0.5, 0))
searches <- do.call(rbind, lapply(names(starts), function(start) {
  do.call(rbind, lapply(names(optimisers), function(name) {
    theta <- tryCatch(suppressWarnings(optimisers[[name]](fn, starts[[start]], lower)),
                      error = function(e) starts[[start]])
    theta <- mirror_terms(theta, c(2, 2))
    data.frame(start = start, optimiser = name, deviance = fn(theta),
               as.list(setNames(theta, paste0("theta", 1:6))))
  }))
}))
lowest <- searches[which.min(searches$deviance), ]
fine <- polish(fn, unlist(lowest[paste0("theta", 1:6)], use.names = FALSE))
theta <- snap_to_zero(fn, mirror_terms(fine$theta, c(2, 2)))
fit <- suppressMessages(suppressWarnings(lmerTest::lmer(
  formula, data, start = list(theta = theta),
  control = lmerControl(optimizer = NULL, calc.derivs = FALSE))))
fitted <- list(fit = fit, devfun = devfun, reml = TRUE)
row <- cbind(phenotype_id = "weight", variant_id = variant, n_samples = nrow(data),
             n_donors = nlevels(data$donor), n_families = nlevels(droplevels(data$family)),
             time_center = mean(samples$time), deviance = REMLcrit(fit),
             single_tests(fitted, kenward_roger = FALSE), components(fit),
             singular = isSingular(fit, tol = 1e-4), gradient = fine$gradient)
write_digits(row, file.path(here, "expected.tsv"))
write_digits(searches, file.path(here, "searches.tsv"))
cat(sprintf("mouse_f3: deviance %.7f, t %.5f, searches from %.7f to %.7f\n", row$deviance,
            row$stat_gi, min(searches$deviance), max(searches$deviance)))
