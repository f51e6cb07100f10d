#include "CPeak.h"

/// A loop of CHAINS independent chains of multiply-adds on vectors of BYTES bytes: enough chains to
/// hide the latency of the units, few enough to stay in registers. x·a + b is one instruction where
/// the target has it (contraction within an expression is the compiler's default).
#define DEFINE_LOOP(NAME, TARGET, SCALAR, BYTES, CHAINS)                        \
  typedef SCALAR NAME##_vector __attribute__((vector_size(BYTES)));             \
  TARGET static double NAME(long rounds, SCALAR *sink) {                        \
    volatile SCALAR scale = 0.5, shift = 1;                                     \
    const NAME##_vector a = scale - (NAME##_vector){0};                         \
    const NAME##_vector b = shift - (NAME##_vector){0};                         \
    NAME##_vector x[CHAINS];                                                    \
    for (int chain = 0; chain < CHAINS; chain++) x[chain] = b * (SCALAR)chain;  \
    for (long round = 0; round < rounds; round++) {                             \
      _Pragma("clang loop unroll(full)") for (int chain = 0; chain < CHAINS;    \
                                              chain++) {                        \
        x[chain] = x[chain] * a + b;                                            \
      }                                                                         \
    }                                                                           \
    NAME##_vector sum = x[0];                                                   \
    for (int chain = 1; chain < CHAINS; chain++) sum += x[chain];               \
    *sink = sum[0];                                                             \
    return 2.0 * CHAINS * (BYTES / sizeof(SCALAR)) * (double)rounds;            \
  }

DEFINE_LOOP(baseline_double, , double, 16, 12)
DEFINE_LOOP(baseline_float, , float, 16, 12)

#if defined(__x86_64__)
DEFINE_LOOP(avx2_double, __attribute__((target("avx2,fma"))), double, 32, 12)
DEFINE_LOOP(avx2_float, __attribute__((target("avx2,fma"))), float, 32, 12)
DEFINE_LOOP(avx512_double, __attribute__((target("avx512f"))), double, 64, 16)
DEFINE_LOOP(avx512_float, __attribute__((target("avx512f"))), float, 64, 16)

static int level(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) return 2;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 1 : 0;
}

double peak_multiply_add_double(long rounds, double *sink) {
  switch (level()) {
    case 2: return avx512_double(rounds, sink);
    case 1: return avx2_double(rounds, sink);
    default: return baseline_double(rounds, sink);
  }
}

double peak_multiply_add_float(long rounds, float *sink) {
  switch (level()) {
    case 2: return avx512_float(rounds, sink);
    case 1: return avx2_float(rounds, sink);
    default: return baseline_float(rounds, sink);
  }
}

const char *peak_instruction_set(void) {
  static const char *const names[] = {"SSE2", "AVX2 and FMA", "AVX-512"};
  return names[level()];
}
#else
double peak_multiply_add_double(long rounds, double *sink) { return baseline_double(rounds, sink); }

double peak_multiply_add_float(long rounds, float *sink) { return baseline_float(rounds, sink); }

const char *peak_instruction_set(void) { return "baseline"; }
#endif
