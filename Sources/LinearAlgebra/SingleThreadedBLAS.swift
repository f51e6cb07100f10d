import COpenBLAS
import Glibc

/// Limits BLAS to the calling thread; workers supply the parallelism.
///
/// OpenBLAS starts a thread per core as it is loaded, each of which spins for some 25 ms before it
/// sleeps: more CPU time than a fit takes. Where the library has the function that forks use to stop
/// them, they are stopped; it starts none for one thread.
package func useSingleThreadedBLAS() { singleThread }

/// Once: a second call would start the threads again to stop them.
private let singleThread: Void = {
  openblas_set_num_threads(1)
  guard let symbol = dlsym(nil, "blas_thread_shutdown_") else { return }
  // Safe: the function of that name takes nothing and returns an int in every version that has it.
  _ = unsafeBitCast(symbol, to: (@convention(c) () -> CInt).self)()
}()
