package io.chameleon.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.pool.WindowDevice;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.memory.CellRun;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The arena's bytes on the CPU: one libtorch allocation of 4-byte floats, laid out {@code [cell]
 * [layer][k|v][KV head][head size]}. Steps see it as tensors; copies are plain memory copies. Pages
 * that nobody has written cost nothing.
 */
final class ArenaTensor implements WindowDevice, AutoCloseable {

  private final ModelConfig config;
  private final int cellElements;
  private final PtNDArray flat;
  private final PtNDArray[] layers;
  private final MemorySegment memory;
  private final ExecutorService copier =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("chameleon-copier").factory());

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
    slice(run).fill((byte) 0);
  }

  @Override
  public CompletableFuture<Void> upload(MemorySegment weights, CellRun rest) {
    MemorySegment target = slice(rest).asSlice(0, weights.byteSize());
    return CompletableFuture.runAsync(() -> target.copyFrom(weights), copier);
  }

  @Override
  public void placeRows(
      AdapterLayout layout, CellRun rest, CellRun window, WindowShape shape, RowRange rows) {
    placeRows(layout, slice(rest), window, shape, rows);
  }

  @Override
  public void placeRows(
      AdapterLayout layout,
      MemorySegment weights,
      CellRun window,
      WindowShape shape,
      RowRange rows) {
    MemorySegment target = slice(window);
    long rowBytes = (long) shape.rowElements() * Float.BYTES;
    target.asSlice(rows.first() * rowBytes, rows.count() * rowBytes).fill((byte) 0);
    forEachRow(
        layout,
        shape,
        rows,
        (packed, row, elements) -> copy(weights, packed, target, row, elements));
  }

  @Override
  public void saveRows(
      AdapterLayout layout, CellRun window, WindowShape shape, RowRange rows, CellRun rest) {
    MemorySegment source = slice(window);
    MemorySegment target = slice(rest);
    forEachRow(
        layout,
        shape,
        rows,
        (packed, row, elements) -> copy(source, row, target, packed, elements));
  }

  @Override
  public void close() {
    // Waits for copies: the memory goes with the tensors.
    copier.close();
    for (PtNDArray layer : layers) {
      layer.close();
    }
    flat.close();
  }

  /** A stretch of an adapter: where it lies packed, and in the window, in elements. */
  @FunctionalInterface
  private interface Stretch {
    void at(long packed, long row, int elements);
  }

  /** Each row of A and of Bᵀ that an adapter has in a window. */
  private void forEachRow(AdapterLayout layout, WindowShape shape, RowRange rows, Stretch stretch) {
    for (AdapterLayout.Block block : layout.blocks()) {
      if (ModuleGroup.of(block.module()) == shape.group()) {
        forEachRow(block, shape, rows.first(), stretch);
      }
    }
  }

  private void forEachRow(
      AdapterLayout.Block block, WindowShape shape, int firstRow, Stretch stretch) {
    int inputs = config.inputSize(block.module());
    int outputs = config.outputSize(block.module());
    long a = block.offset();
    long b = a + (long) block.rank() * inputs;
    for (int r = 0; r < block.rank(); r++) {
      long row =
          (long) (firstRow + r) * shape.rowElements()
              + (long) block.layer() * shape.layerElements();
      stretch.at(a + (long) r * inputs, row + shape.offsetOfA(block.module()), inputs);
      stretch.at(b + (long) r * outputs, row + shape.offsetOfB(block.module()), outputs);
    }
  }

  private static void copy(
      MemorySegment source, long from, MemorySegment target, long to, int elements) {
    MemorySegment.copy(
        source, from * Float.BYTES, target, to * Float.BYTES, (long) elements * Float.BYTES);
  }

  private MemorySegment slice(CellRun run) {
    return memory.asSlice(bytes(run.start()), bytes(run.cells()));
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
