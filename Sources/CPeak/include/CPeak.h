#ifndef C_PEAK_H
#define C_PEAK_H

/// Runs `rounds` rounds of independent fused multiply-adds on doubles, in the widest registers that
/// this processor has (multiply and add where it cannot fuse them), and stores a result in `*sink`.
/// Returns the number of floating-point operations, two for each multiply-add of a lane.
double peak_multiply_add_double(long rounds, double *sink);

/// The same on floats.
double peak_multiply_add_float(long rounds, float *sink);

/// Name of the instruction set that these loops use here.
const char *peak_instruction_set(void);

#endif
