package io.chameleon.engine.djl;

import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Work that the machine can do no faster: large matrix products and reads of large buffers, on
 * libtorch with the threads that the engine has. Whoever times it learns the machine's ceilings.
 */
public final class MachineProbe implements AutoCloseable {

  private final TorchProgram program;
  private final List<IValue> values = new ArrayList<>();
  private final List<PtNDArray> tensors = new ArrayList<>();

  private MachineProbe(TorchProgram program) {
    this.program = program;
  }

  /**
   * Loads the program.
   *
   * @param threads threads of one operation, at least 1
   */
  public static MachineProbe open(int threads) {
    MachineProbe probe = new MachineProbe(TorchProgram.load("ceilings.py", "Ceilings", threads));
    TorchProgram.prepareThread();
    return probe;
  }

  /** The version of libtorch. */
  public static String libtorchVersion() {
    return Engine.getEngine(TorchProgram.ENGINE).getVersion();
  }

  /** The product of two square fp32 matrices, as {@code torch.mm} makes it. */
  public Runnable product(int size) {
    return work("product", filled(size, size), filled(size, size));
  }

  /** The same product with the second matrix in oneDNN's layout, as the engine makes it. */
  public Runnable packedProduct(int size) {
    PtNDArray packed;
    try (PtNDArray plain = program.consume("filled", IValue.listFrom(new long[] {size, size}))) {
      packed = program.consume("pack", IValue.from(plain));
    }
    return work("packed_product", filled(size, size), kept(packed));
  }

  /**
   * One read of a buffer of its own, from the first byte to the last.
   *
   * @param bytes rounded down to whole floats
   */
  public Runnable read(long bytes) {
    return work("read", filled(bytes / Float.BYTES));
  }

  @Override
  public void close() {
    values.forEach(IValue::close);
    tensors.forEach(PtNDArray::close);
    program.close();
  }

  private Runnable work(String method, IValue... arguments) {
    return () -> program.tensor(method, arguments).close();
  }

  private IValue filled(long... shape) {
    return kept(program.consume("filled", IValue.listFrom(shape)));
  }

  private IValue kept(PtNDArray tensor) {
    tensors.add(tensor);
    IValue value = IValue.from(tensor);
    values.add(value);
    return value;
  }
}
