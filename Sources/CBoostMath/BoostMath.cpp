#include "CBoostMath.h"

// Evaluating in long double costs 15 times as much for no digit that is printed.
#define BOOST_MATH_PROMOTE_DOUBLE_POLICY false
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>

#include <cmath>

namespace {
using namespace boost::math::policies;
// Errors come back as NaN or a limit: C++ exceptions must not cross into Swift.
using Quiet = policy<domain_error<ignore_error>, pole_error<ignore_error>,
                     overflow_error<ignore_error>, underflow_error<ignore_error>,
                     denorm_error<ignore_error>, evaluation_error<ignore_error>,
                     rounding_error<ignore_error>, promote_double<false>>;
}  // namespace

double boost_students_t_two_sided(double t, double df) {
  const boost::math::students_t_distribution<double, Quiet> distribution(df);
  return 2.0 * boost::math::cdf(boost::math::complement(distribution, std::fabs(t)));
}

double boost_log_beta(double a, double b) {
  const Quiet quiet;
  // lgamma(a) - lgamma(a + b) loses digits for large a; the ratio of gammas does not.
  return boost::math::lgamma(b, quiet) + std::log(boost::math::tgamma_delta_ratio(a, b, quiet));
}

double boost_chi_squared_upper(double x, double df) {
  const boost::math::chi_squared_distribution<double, Quiet> distribution(df);
  return boost::math::cdf(boost::math::complement(distribution, x));
}

double boost_f_upper(double f, double numerator, double denominator) {
  const boost::math::fisher_f_distribution<double, Quiet> distribution(numerator, denominator);
  return boost::math::cdf(boost::math::complement(distribution, f));
}

double boost_normal_lower_quantile(double p) {
  // -sqrt(2) erfc^-1(2p).
  return -1.4142135623730950488 * boost::math::erfc_inv(2 * p, Quiet());
}

double boost_students_t_lower_quantile(double p, double df) {
  const boost::math::students_t_distribution<double, Quiet> distribution(df);
  return boost::math::quantile(distribution, p);
}

double boost_beta_cumulative(double a, double b, double x) {
  return boost::math::ibeta(a, b, x, Quiet());
}

double boost_beta_quantile(double a, double b, double p) {
  return boost::math::ibeta_inv(a, b, p, Quiet());
}

double boost_digamma(double x) { return boost::math::digamma(x, Quiet()); }

double boost_trigamma(double x) { return boost::math::trigamma(x, Quiet()); }
