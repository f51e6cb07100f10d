# Fits of the classic data sets by lme4 and their inference as lists for JSON, on
# top of rich_functions.R. Sourced by the scripts of this folder.

source(file.path(here, "..", "fit_functions.R"))
source(file.path(here, "..", "rich_functions.R"))

# Columns that only group, and that read.csv takes for numbers where they have digits alone.
grouping <- c("Subject", "Rat", "Cow", "Worker", "Batch", "batch", "cask", "plate", "sample",
              "replicate", "schoolid", "childid")

read_classic <- function(folder, name) {
  data <- read.csv(file.path(folder, paste0(name, ".csv")), stringsAsFactors = TRUE)
  for (column in intersect(grouping, names(data))) data[[column]] <- factor(data[[column]])
  data
}

number <- function(x) if (length(x) == 0 || !is.finite(x)) NA else unname(x)

# Estimates, Satterthwaite's inference (by lmerTest, and df by fine derivatives) and, of REML fits,
# Kenward and Roger's by pbkrtest.
fixed_effects <- function(fitted, kenward_roger, parts) {
  fit <- fitted$fit
  table <- suppressMessages(suppressWarnings(coef(summary(fit, ddf = "Satterthwaite"))))
  covariance <- vcov(fit)
  adjusted <- if (kenward_roger) vcovAdj(fit)
  lapply(seq_len(nrow(table)), function(i) {
    contrast <- as.numeric(seq_len(nrow(table)) == i)
    df <- fine_df(parts, contrast)
    t <- table[i, "t value"]
    row <- list(term = rownames(table)[i], estimate = table[i, "Estimate"],
                se = table[i, "Std. Error"], t = t, df_lmertest = number(table[i, "df"]),
                df = number(df), p = number(2 * pt(-abs(t), df)))
    if (kenward_roger) {
      row$kr_se <- sqrt(adjusted[i, i])
      row$kr_df <- Lb_ddf(contrast, covariance, adjusted)
      row$kr_t <- row$estimate / row$kr_se
      row$kr_p <- 2 * pt(-abs(row$kr_t), row$kr_df)
    }
    row
  })
}

# As lme4 names them, but for the numbers that `||` appends to its groups.
variance_components <- function(fit) {
  table <- as.data.frame(VarCorr(fit))
  table <- table[table$grp != "Residual", ]
  lapply(seq_len(nrow(table)), function(i) {
    list(group = sub("\\.[0-9]+$", "", table$grp[i]), term1 = table$var1[i],
         term2 = if (is.na(table$var2[i])) NA else table$var2[i], covariance = table$vcov[i],
         sd_or_correlation = number(table$sdcor[i]))
  })
}

# Every level's BLUPs and conditional standard deviations.
blups <- function(id, fit) {
  table <- as.data.frame(ranef(fit, condVar = TRUE), stringsAsFactors = FALSE)
  data.frame(id = id, group = table$grpvar, level = as.character(table$grp),
             term = as.character(table$term), estimate = table$condval, se = table$condsd)
}

describe <- function(model, fitted) {
  fit <- fitted$fit
  parts <- if (model$inference) satterthwaite_parts(fitted)
  list(id = model$id, data = paste0(model$data, ".csv"), formula = model$formula,
       criterion = model$criterion, n_observations = nobs(fit), groups = as.list(ngrps(fit)),
       deviance = deviance_of(fit), log_likelihood = as.numeric(logLik(fit)), aic = AIC(fit),
       bic = BIC(fit), singular = isSingular(fit, tol = 1e-4),
       fixed_effects = if (model$inference) {
         fixed_effects(fitted, model$criterion == "reml", parts)
       } else {
         table <- coef(summary(fit, ddf = "lme4"))
         lapply(seq_len(nrow(table)), function(i) {
           list(term = rownames(table)[i], estimate = table[i, 1], se = table[i, 2],
                t = table[i, 3])
         })
       },
       variance_components = variance_components(fit), residual_sd = sigma(fit),
       theta = I(unname(getME(fit, "theta"))), optimiser = fitted$best$name,
       gradient = fitted$best$gradient,
       excess = as.list(setNames(pmax(0, fitted$best$excess), names(optimisers))))
}

write_json <- function(object, path) {
  writeLines(jsonlite::toJSON(object, auto_unbox = TRUE, digits = I(15), pretty = TRUE,
                              na = "null", null = "null"), path)
}
