#include "CNumericText.h"

// The compiler rounds literals correctly; the macros paste the last digit of the exponent.
#define UP(p) p##0, p##1, p##2, p##3, p##4, p##5, p##6, p##7, p##8, p##9
#define DOWN(p) p##9, p##8, p##7, p##6, p##5, p##4, p##3, p##2, p##1, p##0

const double numeric_text_powers_of_ten[601] = {
    1e-300, DOWN(1e-29), DOWN(1e-28), DOWN(1e-27), DOWN(1e-26), DOWN(1e-25), DOWN(1e-24),
    DOWN(1e-23), DOWN(1e-22), DOWN(1e-21), DOWN(1e-20), DOWN(1e-19), DOWN(1e-18), DOWN(1e-17),
    DOWN(1e-16), DOWN(1e-15), DOWN(1e-14), DOWN(1e-13), DOWN(1e-12), DOWN(1e-11), DOWN(1e-10),
    DOWN(1e-9), DOWN(1e-8), DOWN(1e-7), DOWN(1e-6), DOWN(1e-5), DOWN(1e-4), DOWN(1e-3), DOWN(1e-2),
    DOWN(1e-1), DOWN(1e-), 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, UP(1e1), UP(1e2), UP(1e3),
    UP(1e4), UP(1e5), UP(1e6), UP(1e7), UP(1e8), UP(1e9), UP(1e10), UP(1e11), UP(1e12), UP(1e13),
    UP(1e14), UP(1e15), UP(1e16), UP(1e17), UP(1e18), UP(1e19), UP(1e20), UP(1e21), UP(1e22),
    UP(1e23), UP(1e24), UP(1e25), UP(1e26), UP(1e27), UP(1e28), UP(1e29), 1e300,
};
