package io.chameleon.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.adapter.pool.AdapterDevice;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.memory.CellRun;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The arena's bytes on the CPU: one libtorch allocation of 4-byte floats, laid out {@code [cell]
 * [layer][k|v][KV head][head size]}. Steps see it as tensors; copies are plain memory copies. Pages
 * that nobody has written cost nothing.
 */
final class ArenaTensor implements AdapterDevice, AutoCloseable {

  private final ModelConfig config;
  private final int cellElements;
  private final PtNDArray flat;
  private final PtNDArray[] layers;
  private final MemorySegment memory;

  ArenaTensor(TorchProgram program, ModelConfig config, int cells) {
    this.config = config;
    this.cellElements = elementsOfCell(config);
    PtNDArray[] tensors =
        program.tensorAndList(
            "arena",
            IValue.from((long) cells),
            IValue.from((long) config.layers()),
            IValue.from((long) config.kvHeads()),
            IValue.from((long) config.headSize()));
    this.flat = tensors[0];
    this.layers = Arrays.copyOfRange(tensors, 1, tensors.length);
    this.memory = wholeMemory(program, flat, bytes(cells));
  }

  /** Elements of a cell: the keys and values of one token for all layers. */
  static int elementsOfCell(ModelConfig config) {
    return config.layers() * 2 * config.kvHeads() * config.headSize();
  }

  /** The argument {@code flat} of a step; the caller closes it. */
  IValue flat() {
    return IValue.from(flat);
  }

  /** The argument {@code kv} of a step; the caller closes it. */
  IValue layers() {
    return IValue.listFrom(layers);
  }

  @Override
  public int cellElements() {
    return cellElements;
  }

  @Override
  public void move(CellRun from, CellRun to, int cells) {
    memory
        .asSlice(bytes(to.start()), bytes(cells))
        .copyFrom(memory.asSlice(bytes(from.start()), bytes(cells)));
  }

  @Override
  public void clear(CellRun run) {
    memory.asSlice(bytes(run.start()), bytes(run.cells())).fill((byte) 0);
  }

  @Override
  public void upload(PackedAdapter adapter, CellRun rest) {
    memory
        .asSlice(bytes(rest.start()), bytes(rest.cells()))
        .asSlice(0, adapter.bytes())
        .copyFrom(adapter.weights());
  }

  @Override
  public void placeRows(
      PackedAdapter adapter, CellRun rest, CellRun window, WindowShape shape, RowRange rows) {
    MemorySegment source = memory.asSlice(bytes(rest.start()), bytes(rest.cells()));
    MemorySegment target = memory.asSlice(bytes(window.start()), bytes(window.cells()));
    long rowBytes = (long) shape.rowElements() * Float.BYTES;
    ModuleGroup group = shape.group();
    target.asSlice(rows.first() * rowBytes, rows.count() * rowBytes).fill((byte) 0);
    for (PackedAdapter.Block block : adapter.blocks()) {
      if (ModuleGroup.of(block.module()) == group) {
        placeBlock(block, source, target, shape, rows.first());
      }
    }
  }

  @Override
  public void close() {
    for (PtNDArray layer : layers) {
      layer.close();
    }
    flat.close();
  }

  private void placeBlock(
      PackedAdapter.Block block,
      MemorySegment source,
      MemorySegment target,
      WindowShape shape,
      int firstRow) {
    int inputs = config.inputSize(block.module());
    int outputs = config.outputSize(block.module());
    long a = block.offset();
    long b = a + (long) block.rank() * inputs;
    for (int r = 0; r < block.rank(); r++) {
      long row =
          (long) (firstRow + r) * shape.rowElements()
              + (long) block.layer() * shape.layerElements();
      copy(source, a + (long) r * inputs, target, row + shape.offsetOfA(block.module()), inputs);
      copy(source, b + (long) r * outputs, target, row + shape.offsetOfB(block.module()), outputs);
    }
  }

  private static void copy(
      MemorySegment source, long from, MemorySegment target, long to, int elements) {
    MemorySegment.copy(
        source, from * Float.BYTES, target, to * Float.BYTES, (long) elements * Float.BYTES);
  }

  private long bytes(int cells) {
    return (long) cells * cellElements * Float.BYTES;
  }

  /** A byte buffer ends at 2 GiB, so the address is taken from a view of the first element. */
  private static MemorySegment wholeMemory(TorchProgram program, PtNDArray flat, long bytes) {
    try (PtNDArray first = program.consume("first", IValue.from(flat))) {
      return MemorySegment.ofAddress(TorchProgram.memory(first).address()).reinterpret(bytes);
    }
  }
}
