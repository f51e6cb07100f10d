# Loads the exports of one scan as the programs that take them do.
suppressMessages(library(susieR))
name <- commandArgs(TRUE)[1]
truth <- read.delim(paste0(name, ".truth.tsv"))
causal <- setNames(truth$variant_id, truth$phenotype_id)
say <- function(...) cat(name, ": ", ..., "\n", sep = "")
share <- function(x) sprintf("%d of %d", sum(x), length(x))

# coloc: what check_dataset (5.2) wants, sdY.est by its regression, and Wakefield's factors.
d <- read.delim(paste0(name, ".coloc.tsv"))
genes <- split(d, d$gene)
abf <- function(z, v, sdY) {
  r <- (0.15 * sdY)^2 / ((0.15 * sdY)^2 + v)
  0.5 * (log(1 - r) + r * z^2)
}
set <- function(l) {
  p <- exp(l - max(l)) / sum(exp(l - max(l)))
  o <- order(-p)
  o[seq_len(which(cumsum(p[o]) >= 0.95)[1])]
}
ok <- all(sapply(genes, function(g) !anyDuplicated(g$snp) && all(g$varbeta > 0) &&
  all(g$MAF > 0 & g$MAF < 1) && all(is.finite(g$beta)) && all(diff(g$position) >= 0) &&
  length(unique(g$N)) == 1 && length(unique(g$sdY)) == 1 && all(g$type == "quant")))
say("coloc's checks of ", length(genes), " data sets ", if (ok) "pass" else "FAIL")
sdy <- max(sapply(genes, function(g) {
  inverse <- 1 / g$varbeta
  abs(sqrt(coef(lm(2 * N * MAF * (1 - MAF) ~ inverse - 1, data = g))[[1]]) / g$sdY[1] - 1)
}))
say("sdY beside that of sdY.est differs by at most ", if (sdy < 1e-5) "1e-5" else signif(sdy, 2))
strong <- genes[sapply(genes, function(g) min(g$pvalue) < 1e-5)]
kinds <- list(
  "beta and varbeta" = function(g) abf(g$beta / sqrt(g$varbeta), g$varbeta, g$sdY[1]),
  "z and varbeta" = function(g) abf(g$z, g$varbeta, g$sdY[1]))
for (kind in names(kinds)) {
  sets <- lapply(strong, function(g) g$snp[set(kinds[[kind]](g))])
  hit <- mapply(function(s, g) causal[[g]] %in% s, sets, names(sets))
  say("95 % sets by one causal variant, from ", kind, ": with the planted variant in ", share(hit),
      " genes with p < 1e-5; median size ", median(lengths(sets)))
}

# SuSiE: consistency of z and R, and credible sets.
files <- file.path(paste0(name, ".susie"), paste0(names(strong), ".z.tsv"))
fits <- lapply(files, function(f) {
  d <- read.delim(f)
  R <- unname(as.matrix(read.table(sub("z.tsv", "ld.tsv.gz", f, fixed = TRUE))))
  fit <- suppressMessages(susie_rss(bhat = d$bhat, shat = d$shat, n = d$n[1], R = R,
                   estimate_residual_variance = TRUE))
  k <- kriging_rss(d$bhat / d$shat, R, n = d$n[1])$conditional_dist
  list(eigen = min(eigen(R, TRUE, TRUE)$values), s = estimate_s_rss(d$bhat / d$shat, R, n = d$n[1]),
       k = cor(k$z, k$condmean), sets = lapply(fit$sets$cs, function(i) d$snp[i]))
})
value <- function(key) sapply(fits, `[[`, key)
say("SuSiE: no eigenvalue of R below -1e-8 in ", share(value("eigen") > -1e-8), " genes; s of ",
    "estimate_s_rss at most ", signif(max(value("s")), 1))
say("SuSiE: z and what kriging expects of the others correlate by at least ",
    round(min(value("k")), 4))
has <- sapply(fits, function(f) length(f$sets) > 0)
hit <- vapply(which(has), function(i) {
  any(sapply(fits[[i]]$sets, function(s) causal[[names(strong)[i]]] %in% s))
}, TRUE)
say("SuSiE: ", share(has), " genes have a credible set, with the planted variant in ", share(hit),
    "; median size ", median(lengths(unlist(value("sets"), FALSE))))

# fastENLOC: the annotation against the same factors, pip = p bf / (1 + p sum(bf)).
a <- read.table(paste0(name, ".fastenloc.tsv"), sep = "\t", comment.char = "")
e <- strsplit(a$V6, "|", fixed = TRUE)
e <- data.frame(snp = rep(a$V3, lengths(e)), text = unlist(e))
e$gene <- sub(":.*", "", e$text)
e$pip <- as.numeric(sub(".*@=([^[]*).*", "\\1", e$text))
pip <- do.call(rbind, lapply(genes, function(g) {
  bf <- exp(abf(g$z, g$varbeta, g$sdY[1]))
  data.frame(gene = g$gene, snp = g$snp, own = 1e-4 * bf / (1 + 1e-4 * sum(bf)))
}))
m <- merge(e, pip)
say("fastENLOC: ", if (nrow(m) == nrow(d)) "all" else "SOME", " pairs; PIPs differ by at most ",
    if (max(abs(m$pip - m$own)) < 2e-5) "2e-5" else signif(max(abs(m$pip - m$own)), 2))

# mashr: what mash_set_data wants, and that V between two times is positive definite.
for (part in c("strong", "random")) {
  d <- read.delim(file.path(paste0(name, ".mashr"), paste0(part, ".tsv")), check.names = FALSE)
  B <- as.matrix(d[grep("^bhat_", names(d))]); S <- as.matrix(d[grep("^shat_", names(d))])
  null <- apply(abs(B / S), 1, max) < 2
  say("mashr ", part, ": ", nrow(d), " x ", ncol(B), if (all(is.finite(B), S > 0, d$df > 0))
      ", finite, SEs above 0" else ", FAIL",
      if (part == "random") paste0("; correlation of null z ", round(cor((B / S)[null, ])[1, 2], 2)))
}

# tensorQTL and eQTL Catalogue: types of columns as their readers have them.
t <- read.delim(paste0(name, ".tensorqtl.tsv"))
say("tensorqtl: ", paste(names(t), collapse = " "), "; ",
    if (all(sapply(t[-(1:2)], is.numeric))) "numbers" else "FAIL")
q <- read.delim(paste0(name, ".eqtl-catalogue.tsv"))
say("eqtl-catalogue: ", ncol(q), " columns; ac and an ",
    if (is.integer(q$ac) && is.integer(q$an)) "integers" else "FAIL", ", maf within half an allele of ac/an in ",
    if (all(abs(pmin(q$ac, q$an - q$ac) / q$an - q$maf) <= 0.5 / q$an + 1e-6)) "all" else "SOME", " rows")
