# Joint tests of genotype and a time basis, as lmerTest and pbkrtest make them.
#
#   Rscript joint_tests/fit.R BASIS
#
# BASIS   columns of time                                cohort           pairs
# poly2   poly(time, 2)                                  cohort_missing   20
# ns3     splines::ns(time, df = 3)                      cohort_missing   20
# factor  factor(time), treatment contrasts against 0    cohort_balanced   5
#
# The basis is that of R over the times of all samples of the expression file (one value a
# sample, so that a time that more samples have counts more). It replaces time everywhere in the
# fixed part; the random part is (1 + time | donor) with time centred at the samples' mean.
# Writes expected_BASIS.tsv and basis_BASIS.tsv (the basis at each time) beside this script.

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
for (file in c("read_inputs.R", "fit_functions.R", "rich_functions.R")) {
  source(file.path(here, "..", file))
}
name <- commandArgs(TRUE)[1]
cohort <- read_cohort(file.path(here, "..", if (name == "factor") "cohort_balanced" else
  "cohort_missing"))
time <- cohort$base$raw_time
basis <- switch(name, poly2 = poly(time, 2), ns3 = splines::ns(time, df = 3),
                factor = model.matrix(~ factor(time))[, -1], stop("unknown basis ", name))
k <- ncol(basis)
columns <- paste0("t", seq_len(k))
first <- match(sort(unique(time)), time)
write_digits(cbind(time = time[first], setNames(data.frame(unclass(basis)[first, ]), columns)),
             file.path(here, paste0("basis_", name, ".tsv")))

B <- paste0("(", paste(columns, collapse = " + "), ")")
formula <- as.formula(paste("expression ~", B, "* genotype + pc1 + pc2 + sex +", B,
                            ": (pc1 + pc2 + sex) + (1 + time | donor)"))

# The tests of the k products with genotype, and the covariance of genotype and
# the products as cov_g_gi1 and so on: by REML, and as Kenward and Roger adjust it.
describe <- function(fitted) {
  fit <- fitted$fit
  beta <- fixef(fit)
  block <- c("genotype", vapply(columns, function(t) find_term(names(beta), t, "genotype"), ""))
  L <- t(vapply(block[-1], function(term) as.numeric(names(beta) == term), beta))
  satterthwaite <- suppressMessages(suppressWarnings(contest(fit, L, joint = TRUE)))
  parts <- satterthwaite_parts(fitted)
  fine <- fine_joint(parts, beta, L)
  kr <- KRmodcomp(fit, L)$stats
  adjusted <- as.matrix(vcovAdj(fit))
  covariance <- as.matrix(vcov(fit))
  stopifnot(abs(fine["statistic"] / satterthwaite[["F value"]] - 1) < 1e-6)
  row <- list(deviance = deviance_of(fit), stat_gi = satterthwaite[["F value"]], df1_gi = k,
              df_gi = satterthwaite$DenDF, df_fine_gi = fine[["df2"]],
              pval_gi = satterthwaite[["Pr(>F)"]], kr_stat_gi = kr$Fstat,
              kr_stat_unscaled_gi = kr$FstatU, kr_scaling = kr$F.scaling, kr_df_gi = kr$ddf,
              kr_pval_gi = kr$p.value)
  labels <- c("g", paste0("gi", seq_len(k)))
  row[paste0("b_", labels)] <- beta[block]
  row[paste0("b_", labels, "_se")] <- sqrt(diag(covariance))[match(block, names(beta))]
  row[paste0("df_fine_b_", labels)] <- vapply(block, function(term) {
    fine_df(parts, as.numeric(names(beta) == term))
  }, 0)
  row[paste0("kr_b_", labels, "_se")] <- sqrt(diag(adjusted))[match(block, names(beta))]
  row[paste0("kr_df_b_", labels)] <- vapply(block, function(term) {
    Lb_ddf(as.numeric(names(beta) == term), vcov(fit), vcovAdj(fit))
  }, 0)
  for (i in seq_len(k)) {
    for (j in (i + 1):(k + 1)) {
      row[[paste("cov", labels[i], labels[j], sep = "_")]] <- covariance[block[i], block[j]]
    }
  }
  for (i in seq_len(k)) {
    for (j in (i + 1):(k + 1)) {
      row[[paste("kr_cov", labels[i], labels[j], sep = "_")]] <- adjusted[block[i], block[j]]
    }
  }
  cbind(data.frame(row), components(fit), findings(fitted))
}

pairs <- every_pair(cohort, if (name == "factor") 24 else 6)
rows <- do.call(rbind, lapply(seq_len(nrow(pairs)), function(i) {
  data <- cohort$pair(pairs$phenotype_id[i], pairs$variant_id[i])
  data[columns] <- unclass(basis)
  cbind(pairs[i, ], describe(fit_best(formula, data)))
}))
write_digits(rows, file.path(here, paste0("expected_", name, ".tsv")))
cat(sprintf("%s: %d pairs, %d singular; df_lmertest/df_fine - 1 up to %.2g; largest gradient %.2g\n",
            name, nrow(rows), sum(rows$singular), max(abs(rows$df_gi / rows$df_fine_gi - 1)),
            max(rows$gradient)))
