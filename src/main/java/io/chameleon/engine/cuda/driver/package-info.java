/** CUDA's driver, run-time compiler and BLAS, called through {@code java.lang.foreign}. */
@org.jspecify.annotations.NullMarked
package io.chameleon.engine.cuda.driver;
