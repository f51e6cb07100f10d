#ifndef C_PLATFORM_H
#define C_PLATFORM_H

/// Number of cores this process may use (its affinity mask), at least 1.
int platform_usable_cores(void);

/// CPU seconds (user and system) this process has used.
double platform_cpu_seconds(void);

/// Largest resident set of this process so far, in KiB.
long platform_peak_memory_kib(void);

#endif
