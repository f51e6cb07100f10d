# Prints what the reference results depend on besides the scripts.
#
#   Rscript environment.R > environment.txt

suppressPackageStartupMessages({
  library(lme4)
  library(lmerTest)
})
cat(R.version.string, "\n", sep = "")
cat("platform: ", R.version$platform, "\n", sep = "")
if (file.exists("/etc/os-release")) {
  os <- readLines("/etc/os-release")
  cat("system: ", gsub("\"", "", sub("^PRETTY_NAME=", "", grep("^PRETTY_NAME=", os, value = TRUE))),
      "\n", sep = "")
}
if (file.exists("/proc/cpuinfo")) {
  cpu <- grep("^model name", readLines("/proc/cpuinfo"), value = TRUE)
  cat("cpu: ", trimws(sub(".*:", "", cpu[1])), ", ", length(cpu), " threads\n", sep = "")
}
cat("BLAS: ", basename(dirname(extSoftVersion()[["BLAS"]])), "/",
    basename(extSoftVersion()[["BLAS"]]), "\n", sep = "")
cat("LAPACK: ", basename(La_library()), ", version ", La_version(), "\n", sep = "")
cat("OPENBLAS_NUM_THREADS: ", Sys.getenv("OPENBLAS_NUM_THREADS", "unset"), "\n", sep = "")
for (package in c("lme4", "lmerTest", "pbkrtest", "nlme", "Matrix", "minqa", "nloptr", "numDeriv",
                  "emmeans", "jsonlite")) {
  version <- tryCatch(as.character(packageVersion(package)), error = function(e) "absent")
  cat(package, " ", version, "\n", sep = "")
}
