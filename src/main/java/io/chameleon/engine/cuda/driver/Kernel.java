package io.chameleon.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A function on the device with a place for each of its arguments, which are taken when it is
 * launched. For one thread.
 *
 * <p>Launches are programmatic dependent ones: the kernel begins while the one before it ends, and
 * waits for it in its text. So every kernel must do that; before compute capability 9.0 they are
 * ordinary launches.
 */
public final class Kernel {

  private static final int MAX_DYNAMIC_SHARED_SIZE = 8;

  private static final int PROGRAMMATIC_STREAM_SERIALIZATION = 6;

  private static final int ARGUMENT_ALIGNMENT = 16;

  /** {@code CUlaunchConfig}. */
  private static final StructLayout CONFIG =
      MemoryLayout.structLayout(
          MemoryLayout.sequenceLayout(3, JAVA_INT).withName("grid"),
          MemoryLayout.sequenceLayout(3, JAVA_INT).withName("block"),
          JAVA_INT.withName("sharedBytes"),
          MemoryLayout.paddingLayout(4),
          JAVA_LONG.withName("stream"),
          ADDRESS.withName("attributes"),
          JAVA_INT.withName("attributeCount"),
          MemoryLayout.paddingLayout(4));

  private static final long STREAM = 32;
  private static final long ATTRIBUTES = 40;
  private static final long ATTRIBUTE_COUNT = 48;

  /** {@code CUlaunchAttribute}: an identifier of 4 bytes, padding, a value of 64. */
  private static final long ATTRIBUTE_BYTES = 72;

  private static final long ATTRIBUTE_VALUE = 8;

  /**
   * How many blocks of how many threads.
   *
   * @param x blocks
   * @param y blocks
   * @param z blocks
   * @param threads of a block
   */
  public record Grid(int x, int y, int z, int threads) {

    /** Blocks in one row. */
    public static Grid of(int blocks, int threads) {
      return new Grid(blocks, 1, 1, threads);
    }

    /** Blocks in two dimensions. */
    public static Grid of(int x, int y, int threads) {
      return new Grid(x, y, 1, threads);
    }
  }

  private final CudaDriver driver;
  private final MemorySegment function;
  private final MemorySegment[] values;
  private final MemorySegment pointers;
  private final MemorySegment config;
  private int next;

  Kernel(CudaDriver driver, MemorySegment function, boolean dependent, int... argumentBytes) {
    this.driver = driver;
    this.function = function;
    this.values = new MemorySegment[argumentBytes.length];
    Arena arena = Arena.ofAuto();
    this.pointers = arena.allocate(ADDRESS, argumentBytes.length);
    for (int i = 0; i < argumentBytes.length; i++) {
      values[i] = arena.allocate(argumentBytes[i], ARGUMENT_ALIGNMENT);
      pointers.setAtIndex(ADDRESS, i, values[i]);
    }
    MemorySegment attribute = arena.allocate(ATTRIBUTE_BYTES, Long.BYTES);
    attribute.set(JAVA_INT, 0, PROGRAMMATIC_STREAM_SERIALIZATION);
    attribute.set(JAVA_INT, ATTRIBUTE_VALUE, 1);
    this.config = arena.allocate(CONFIG);
    config.set(ADDRESS, ATTRIBUTES, attribute);
    config.set(JAVA_INT, ATTRIBUTE_COUNT, dependent ? 1 : 0);
  }

  /**
   * Allows blocks so much shared memory beyond what the text declares. A block gets 48 KiB without
   * asking, those that the text declares among them.
   */
  public Kernel withSharedMemory(int bytes) {
    driver.callAll("cuFuncSetAttribute", function, MAX_DYNAMIC_SHARED_SIZE, bytes);
    return this;
  }

  /** Blocks of so many threads and so much shared memory that one multiprocessor holds at once. */
  public int residentBlocks(int threads, int sharedBytes) {
    return driver.number(
        "cuOccupancyMaxActiveBlocksPerMultiprocessor", function, threads, (long) sharedBytes);
  }

  /** Begins with the first argument. */
  public Kernel begin() {
    next = 0;
    return this;
  }

  /** The next argument: an address or a number of 8 bytes. */
  public Kernel with(long value) {
    values[next++].set(JAVA_LONG, 0, value);
    return this;
  }

  /** The next argument: a number of 4 bytes. */
  public Kernel with(int value) {
    values[next++].set(JAVA_INT, 0, value);
    return this;
  }

  /** The next argument: a float. */
  public Kernel with(float value) {
    values[next++].set(JAVA_FLOAT, 0, value);
    return this;
  }

  /** The next argument: a structure. */
  public Kernel with(MemorySegment value) {
    values[next++].copyFrom(value);
    return this;
  }

  /**
   * Puts a launch into the stream.
   *
   * @throws IllegalStateException if it lacks arguments
   */
  public void launch(Grid grid, int sharedBytes, CudaStream stream) {
    if (next != values.length) {
      throw new IllegalStateException("%d arguments of %d".formatted(next, values.length));
    }
    config.setAtIndex(JAVA_INT, 0, grid.x);
    config.setAtIndex(JAVA_INT, 1, grid.y);
    config.setAtIndex(JAVA_INT, 2, grid.z);
    config.setAtIndex(JAVA_INT, 3, grid.threads);
    config.setAtIndex(JAVA_INT, 4, 1);
    config.setAtIndex(JAVA_INT, 5, 1);
    config.setAtIndex(JAVA_INT, 6, sharedBytes);
    config.set(JAVA_LONG, STREAM, stream.handle());
    driver.launch(config, function, pointers);
  }
}
