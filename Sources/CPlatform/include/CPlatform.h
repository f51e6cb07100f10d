#ifndef C_PLATFORM_H
#define C_PLATFORM_H

/// Number of cores this process may use (its affinity mask), at least 1.
int platform_usable_cores(void);

/// CPU seconds (user and system) this process has used.
double platform_cpu_seconds(void);

/// Largest resident set of this process so far, in KiB.
long platform_peak_memory_kib(void);

/// Makes the allocator keep what is freed for later allocations, up to blocks of 32 MiB and 1 GiB in
/// all, instead of handing it to the system and faulting it in again.
void platform_keep_freed_memory(void);

/// Asks for huge pages for the next 24 MiB of the heap, after `platform_keep_freed_memory`: a page
/// fault for every 2 MiB in place of 512. Pages are taken as they are touched.
void platform_prefer_huge_pages(void);

/// Instruction sets this processor and kernel support: 2 for AVX-512 (x86-64-v4), 1 for AVX2 with
/// FMA (x86-64-v3), else 0.
int platform_vector_level(void);

/// From now on the first SIGINT or SIGTERM is only noted; the second ends the process as usual.
void platform_note_interrupts(void);

/// The signal noted; 0 when there was none.
int platform_noted_interrupt(void);

#endif
