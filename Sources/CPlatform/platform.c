#define _GNU_SOURCE
#include "CPlatform.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

// Defined by the headers above where the C library is glibc.
#if defined(__GLIBC__)
#include <malloc.h>
#endif

int platform_usable_cores(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  const int count = CPU_COUNT(&set);
  return count > 0 ? count : 1;
}

double platform_cpu_seconds(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0.0;
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

long platform_peak_memory_kib(void) {
  // getrusage's maximum begins with what the process had before exec: a copy of its parent.
  FILE *status = fopen("/proc/self/status", "re");
  if (status) {
    char line[256];
    long peak = 0;
    while (peak == 0 && fgets(line, sizeof line, status)) sscanf(line, "VmHWM: %ld kB", &peak);
    fclose(status);
    if (peak > 0) return peak;
  }
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return usage.ru_maxrss;
}

void platform_keep_freed_memory(void) {
#if defined(__GLIBC__)
  // Setting either ends the library's own adjustment of both.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

void platform_prefer_huge_pages(void) {
#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
  // A block from the top of the heap, to which it goes back: below the size that is mapped apart.
  const size_t huge = 2 << 20;
  const size_t size = 24 << 20;
  char *block = malloc(size);
  if (!block) return;
  const uintptr_t start = ((uintptr_t)block + huge - 1) / huge * huge;
  const uintptr_t end = ((uintptr_t)block + size) / huge * huge;
  if (end > start) madvise((void *)start, end - start, MADV_HUGEPAGE);
  free(block);
#endif
}

int platform_vector_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return 2;
  if (__builtin_cpu_supports("x86-64-v3")) return 1;
#endif
  return 0;
}

static atomic_int noted_interrupt;

static void note_interrupt(int signal) { atomic_store(&noted_interrupt, signal); }

void platform_note_interrupts(void) {
  struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = SA_RESTART | SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, 0);
  // A run in the background of a shell without job control ignores interrupts, and goes on to.
  struct sigaction present;
  if (sigaction(SIGINT, 0, &present) == 0 && present.sa_handler != SIG_IGN)
    sigaction(SIGINT, &action, 0);
  // Whoever started this process may have had them blocked.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &signals, 0);
}

int platform_noted_interrupt(void) { return atomic_load(&noted_interrupt); }
