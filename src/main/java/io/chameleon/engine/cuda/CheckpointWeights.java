package io.chameleon.engine.cuda;

import io.chameleon.model.Checkpoint;
import io.chameleon.model.ElementType;
import io.chameleon.model.TensorView;

/**
 * Uploads a checkpoint's tensors one by one from where the file is mapped. What is stored in
 * another format is converted on the device, so that no second copy of the model ever exists.
 */
final class CheckpointWeights implements WeightSource {

  private final Checkpoint checkpoint;
  private final ElementType numbers;
  private final TorchMemory memory;
  private final DeviceQueue queue;

  CheckpointWeights(
      Checkpoint checkpoint, ElementType numbers, TorchMemory memory, DeviceQueue queue) {
    this.checkpoint = checkpoint;
    this.numbers = numbers;
    this.memory = memory;
    this.queue = queue;
  }

  @Override
  public void write(String name, DeviceTensor to, long offset, long elements) {
    TensorView view = checkpoint.tensor(name);
    long bytes = view.bytes().byteSize();
    if (bytes != elements * view.type().bytes()) {
      throw new IllegalStateException(
          "%s has %d bytes for %d elements".formatted(name, bytes, elements));
    }
    if (view.type() == numbers) {
      long address = to.address() + offset * numbers.bytes();
      queue.copy(address, view.bytes().address(), bytes);
      return;
    }
    try (DeviceTensor stored = memory.temporary(kind(view.type()), elements)) {
      queue.copy(stored.address(), view.bytes().address(), bytes);
      memory.program().number("convert", stored.tensor(), to.tensor(), offset);
    }
  }

  static TorchMemory.Kind kind(ElementType type) {
    return switch (type) {
      case F16 -> TorchMemory.Kind.FLOAT16;
      case F32 -> TorchMemory.Kind.FLOAT32;
      case BF16 -> TorchMemory.Kind.BFLOAT16;
    };
  }
}
