# Likelihood ratio tests of time:genotype in 20 pairs of cohort_missing, by ML.
#
#   Rscript lrt/fit.R
#
# Both models have (1 + time | donor), with time centred at the mean over all samples; each is the
# best of all searches. Writes expected.tsv beside this script.

arg <- grep("^--file=", commandArgs(FALSE), value = TRUE)
here <- dirname(sub("^--file=", "", arg[1]))
for (file in c("read_inputs.R", "fit_functions.R", "rich_functions.R")) {
  source(file.path(here, "..", file))
}
cohort <- read_cohort(file.path(here, "..", "cohort_missing"))
full <- as.formula(paste(structured_fixed, "+ (1 + time | donor)"))
reduced <- update(full, . ~ . - time:genotype)
pairs <- every_pair(cohort, 6)
rows <- do.call(rbind, lapply(seq_len(nrow(pairs)), function(i) {
  data <- cohort$pair(pairs$phenotype_id[i], pairs$variant_id[i])
  with_term <- fit_best(full, data, reml = FALSE)
  without <- fit_best(reduced, data, reml = FALSE)
  # -2 log likelihoods, of which the larger is that of the smaller model.
  deviance <- deviance_of(with_term$fit)
  deviance_without <- deviance_of(without$fit)
  stat <- max(0, deviance_without - deviance)
  table <- suppressMessages(suppressWarnings(coef(summary(with_term$fit))))
  gi <- find_term(rownames(table), "time", "genotype")
  cbind(pairs[i, ], deviance = deviance, deviance_without = deviance_without, stat_lrt = stat,
        pval_lrt = pchisq(stat, 1, lower.tail = FALSE), b_gi = table[gi, 1],
        b_gi_se = table[gi, 2], components(with_term$fit),
        singular_without = isSingular(without$fit, tol = 1e-4),
        excess_without_default = max(0, without$best$excess["nloptwrap"]), findings(with_term))
}))
write_digits(rows, file.path(here, "expected.tsv"))
cat(sprintf("lrt: %d pairs, %d singular; p from %.3g to %.3g\n", nrow(rows), sum(rows$singular),
            min(rows$pval_lrt), max(rows$pval_lrt)))
