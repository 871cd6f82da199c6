package io.chameleon.engine.djl;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A TorchScript program loaded into libtorch, whose methods Java calls. Everything it returns
 * belongs to the caller, who closes it.
 */
public final class TorchProgram implements AutoCloseable {

  /** libtorch's number for a 4-byte float. */
  static final long FLOAT32 = 6;

  static final String ENGINE = "PyTorch";

  private final PtNDManager manager;

  /** Held although only the block is called: the collector would free the network under it. */
  private final Model model;

  private final PtSymbolBlock block;

  private TorchProgram(PtNDManager manager, Model model, PtSymbolBlock block) {
    this.manager = manager;
    this.model = model;
    this.block = block;
  }

  /** Loads libtorch, whichever build of it DJL finds. */
  public static void loadLibrary() {
    Engine.getEngine(ENGINE);
  }

  /**
   * Loads a program on the CPU.
   *
   * @param resource name of the text under {@code /torchscript/}
   * @param className the class it defines
   * @param threads threads of one operation
   */
  static TorchProgram load(String resource, String className, int threads) {
    return load(resource, className, threads, Device.cpu());
  }

  /**
   * Loads a program on a GPU.
   *
   * @param resource name of the text under {@code /torchscript/}
   * @param className the class it defines
   * @param gpu number of the GPU, from 0; negative for the CPU
   */
  public static TorchProgram load(String resource, String className, Integer gpu) {
    Device device = gpu < 0 ? Device.cpu() : Device.gpu(gpu);
    return load(resource, className, Runtime.getRuntime().availableProcessors(), device);
  }

  private static TorchProgram load(String resource, String className, int threads, Device device) {
    // Large tensors on huge pages: KV and weights are read with long strides, which costs a page
    // walk each on 4 KiB pages. libtorch reads the variable at its first allocation.
    NativeEnvironment.setIfAbsent("THP_MEM_ALLOC_ENABLE", "1");
    Engine.getEngine(ENGINE);
    JniUtils.setNumThreads(threads);
    PtNDManager manager = (PtNDManager) NDManager.newBaseManager(device, ENGINE);
    Model model = Model.newInstance(className, device, ENGINE);
    try {
      byte[] archive = TorchScriptArchive.pack(className, text(resource));
      model.load(new ByteArrayInputStream(archive));
    } catch (IOException | MalformedModelException e) {
      throw new IllegalStateException("the program %s does not load".formatted(resource), e);
    }
    return new TorchProgram(manager, model, (PtSymbolBlock) model.getBlock());
  }

  /** Settings that libtorch keeps for each thread; call it once on the thread that runs steps. */
  public static void prepareThread() {
    // The optimising executor specialises on shapes, which change with every step.
    JniUtils.setGraphExecutorOptimize(false);
  }

  /** Calls a method that returns one tensor. The arguments are not closed. */
  PtNDArray tensor(String method, IValue... arguments) {
    try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
      return result.toTensor(manager);
    }
  }

  /** Calls a method that returns a tuple of two tensors, and closes the arguments. */
  PtNDArray[] pair(String method, IValue... arguments) {
    try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
      IValue[] parts = result.toIValueTuple();
      PtNDArray[] tensors = {parts[0].toTensor(manager), parts[1].toTensor(manager)};
      close(parts);
      return tensors;
    } finally {
      close(arguments);
    }
  }

  /** Calls a method that returns one tensor, and closes the arguments. */
  PtNDArray consume(String method, IValue... arguments) {
    try {
      return tensor(method, arguments);
    } finally {
      close(arguments);
    }
  }

  /**
   * Calls a method that returns a tuple of a tensor and a list of tensors; closes the arguments.
   */
  PtNDArray[] tensorAndList(String method, IValue... arguments) {
    try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
      IValue[] parts = result.toIValueTuple();
      PtNDArray first = parts[0].toTensor(manager);
      PtNDArray[] rest = parts[1].toTensorArray(manager);
      close(parts);
      PtNDArray[] all = new PtNDArray[rest.length + 1];
      all[0] = first;
      System.arraycopy(rest, 0, all, 1, rest.length);
      return all;
    } finally {
      close(arguments);
    }
  }

  /**
   * Calls a method that returns one tensor.
   *
   * @param arguments each a {@link TorchTensor}, an array of them, {@code Long}, {@code Double},
   *     {@code Boolean}, {@code long[]} or {@code double[]}
   */
  public TorchTensor call(String method, Object... arguments) {
    IValue[] values = values(arguments);
    try {
      return new TorchTensor(tensor(method, values));
    } finally {
      close(values);
    }
  }

  /** Calls a method that returns a number; arguments as above. */
  public long number(String method, Object... arguments) {
    IValue[] values = values(arguments);
    try (IValue result = IValueUtils.runMethod(block, method, values)) {
      return result.toLong();
    } finally {
      close(values);
    }
  }

  /** Where the first element of a tensor in host memory lies. */
  public long hostAddress(TorchTensor tensor) {
    try (TorchTensor first = call("first", tensor)) {
      return TorchTensor.address(first.array());
    }
  }

  private static IValue[] values(Object... arguments) {
    IValue[] values = new IValue[arguments.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (arguments[i]) {
            case TorchTensor tensor -> tensor.value();
            case TorchTensor[] tensors ->
                IValue.listFrom(
                    Arrays.stream(tensors).map(TorchTensor::array).toArray(PtNDArray[]::new));
            case Long number -> IValue.from(number);
            case Double number -> IValue.from(number);
            case Boolean flag -> IValue.from(flag);
            case long[] numbers -> IValue.listFrom(numbers);
            case double[] numbers -> IValue.listFrom(numbers);
            default ->
                throw new IllegalArgumentException("an argument of " + arguments[i].getClass());
          };
    }
    return values;
  }

  PtNDArray of(long... values) {
    return (PtNDArray) manager.create(values);
  }

  PtNDArray of(float[] values, long... shape) {
    return (PtNDArray) manager.create(values, new Shape(shape));
  }

  /** The memory of a contiguous tensor; valid while the tensor is open. */
  static MemorySegment memory(PtNDArray contiguous) {
    return MemorySegment.ofBuffer(contiguous.toByteBuffer(true));
  }

  static void close(IValue... values) {
    for (IValue value : values) {
      value.close();
    }
  }

  @Override
  public void close() {
    model.close();
    manager.close();
  }

  private static String text(String resource) {
    String path = "/torchscript/" + resource;
    try (InputStream in = TorchProgram.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
