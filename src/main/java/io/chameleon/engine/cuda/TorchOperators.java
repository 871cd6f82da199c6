package io.chameleon.engine.cuda;

import io.chameleon.adapter.AdapterPlace;
import io.chameleon.engine.djl.TorchProgram;
import io.chameleon.engine.djl.TorchTensor;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.List;

/**
 * The step in libtorch's operators: what the kernels are checked against, and what stands in for
 * one that cannot be compiled. Runs on any device; its lists are read on the host, so it cannot be
 * recorded.
 */
final class TorchOperators implements Operators {

  /** As an index among the step's numbers: the first rows, as they are. */
  private static final long AS_THEY_ARE = -1;

  private static final TorchTensor[] NONE = {};

  private final GpuModel model;
  private final TorchProgram program;
  private final double epsilon;

  TorchOperators(GpuModel model, TorchProgram program) {
    this.model = model;
    this.program = program;
    this.epsilon = model.config().rmsNormEpsilon();
  }

  @Override
  public void prepare(Step step) {
    // Everything is in the step's rows.
  }

  @Override
  public void embed(Step step) {
    program.number(
        "embed",
        model.weights().embedding().tensor(),
        numbers(),
        (long) model.rowInput().ids(),
        (long) step.filled(),
        model.activations().residual.tensor());
  }

  @Override
  public void norm(Step step, DeviceTensor weight) {
    norm(weight, AS_THEY_ARE, step.filled(), model.activations().normed);
  }

  @Override
  public void finalNorm(Step step, DeviceTensor weight) {
    norm(weight, model.rowInput().last(), step.wanted(), model.activations().finals);
  }

  private void norm(DeviceTensor weight, long last, long rows, DeviceTensor to) {
    program.number(
        "norm",
        model.activations().residual.tensor(),
        weight.tensor(),
        epsilon,
        numbers(),
        last,
        rows,
        to.tensor());
  }

  @Override
  public void linear(
      DeviceTensor from, DeviceTensor weight, DeviceTensor to, int rows, boolean accumulate) {
    program.number("linear", from.tensor(), weight.tensor(), (long) rows, to.tensor(), accumulate);
  }

  @Override
  public void addBias(Step step, DeviceTensor to, DeviceTensor bias) {
    program.number("add_bias", to.tensor(), bias.tensor(), (long) step.filled());
  }

  @Override
  public void rope(Step step, int layer) {
    GpuWeights.Layer weights = model.weights().layer(layer);
    if (weights.qkvBias() != null) {
      addBias(step, model.activations().qkv, weights.qkvBias());
    }
    program.number(
        "rope",
        model.activations().qkv.tensor(),
        norms(weights),
        epsilon,
        numbers(),
        sizes(step.filled(), model.rowInput().positions(), model.rowInput().cells()),
        model.weights().cosines().tensor(),
        model.weights().sines().tensor(),
        model.arena().cells().tensor(),
        place(layer));
  }

  private static TorchTensor[] norms(GpuWeights.Layer weights) {
    DeviceTensor query = weights.queryNorm();
    DeviceTensor key = weights.keyNorm();
    return query == null || key == null ? NONE : new TorchTensor[] {query.tensor(), key.tensor()};
  }

  @Override
  public void attention(Step step, int layer) {
    attention(step.rows().sequences(0), layer);
  }

  /** Attention of some sequences: first row, rows, first cell, length of each. */
  void attention(long[] sequences, int layer) {
    program.number(
        "attention",
        model.activations().qkv.tensor(),
        sizes(0, 0, 0),
        model.arena().cells().tensor(),
        place(layer),
        sequences,
        model.attentionScale(),
        model.activations().attended.tensor());
  }

  /** Attention of the prefill chunks by libtorch's fused kernel. */
  void fusedAttention(Step step, int layer) {
    StepRows rows = step.rows();
    long[] chunks = rows.sequences(rows.decodeRows());
    // Of a single row at most it would choose another kernel, by how many sequences there are.
    long mostRows = 2;
    long longest = 0;
    for (int i = 0; i < chunks.length; i += 4) {
      mostRows = Math.max(mostRows, chunks[i + 1]);
      longest = Math.max(longest, chunks[i + 3]);
    }
    RowInput input = model.rowInput();
    long[] where = {
      input.ends(), input.starts(), input.lengths(), chunks.length / 4, mostRows, longest
    };
    program.number(
        "flash",
        model.activations().qkv.tensor(),
        sizes(rows.rows() - rows.decodeRows(), rows.decodeRows(), 0),
        model.arena().cells().tensor(),
        place(layer),
        numbers(),
        where,
        model.attentionScale(),
        model.activations().attended.tensor());
  }

  @Override
  public void gate(Step step, GpuWeights.Layer layer) {
    DeviceTensor bias = layer.gateUpBias();
    program.number(
        "silu_mul",
        model.activations().gateUp.tensor(),
        bias == null ? NONE : new TorchTensor[] {bias.tensor()},
        (long) step.filled(),
        model.activations().gated.tensor());
  }

  @Override
  public void lora(Step step, int layer, LoraSite site) {
    lora(step.rows().segments(), layer, site);
  }

  /** Low-rank updates of some segments of rows. */
  void lora(List<StepRows.Segment> segments, int layer, LoraSite site) {
    long column = 0;
    for (LinearModule module : site.modules()) {
      lora(segments, layer, module, column);
      column += model.config().outputSize(module);
    }
  }

  private void lora(
      List<StepRows.Segment> segments, int layer, LinearModule module, long firstColumn) {
    List<StepRows.Segment> having =
        segments.stream().filter(segment -> place(segment).rank(module) > 0).toList();
    if (having.isEmpty()) {
      return;
    }
    int inputs = model.config().inputSize(module);
    long[] bounds = new long[having.size() * 4];
    double[] scalings = new double[having.size()];
    for (int i = 0; i < scalings.length; i++) {
      StepRows.Segment segment = having.get(i);
      AdapterPlace place = place(segment);
      bounds[i * 4] = segment.first();
      bounds[i * 4 + 1] = segment.end();
      bounds[i * 4 + 2] = place.rank(module);
      bounds[i * 4 + 3] =
          model.startOf(place) + layer * place.layerElements() + place.offset(module);
      scalings[i] = segment.adapter().scaling();
    }
    LoraSite site = LoraSite.of(module);
    program.number(
        "lora",
        model.inputOf(site).tensor(),
        model.outputOf(site).tensor(),
        firstColumn,
        (long) model.config().outputSize(module),
        (long) inputs,
        model.arena().cells().tensor(),
        bounds,
        scalings);
  }

  private static AdapterPlace place(StepRows.Segment segment) {
    return segment.adapter().requirePlace();
  }

  private TorchTensor numbers() {
    return model.input().tensor().tensor();
  }

  private long[] sizes(long rows, long first, long second) {
    ModelConfig config = model.config();
    return new long[] {rows, config.heads(), config.kvHeads(), config.headSize(), first, second};
  }

  /** Cells, elements between two, from a cell to the layer's keys and values. */
  private long[] place(int layer) {
    long cell = model.model().cellElements();
    return new long[] {
      model.arena().cells().tensor().size() / cell,
      cell,
      model.keyOffset(layer),
      model.valueOffset(layer)
    };
  }
}
