package io.chameleon.scheduling.chameleon;

import java.util.Arrays;
import java.util.List;

/** The size classes that the paper's rule forms of known requests; for reports. */
public final class SizeClasses {

  /**
   * A request, as far as its size depends on it.
   *
   * @param promptTokens tokens of the prompt
   * @param outputTokens tokens that are predicted, or known, to come
   * @param rank of its adapter, 0 for none
   */
  public record Request(int promptTokens, int outputTokens, int rank) {}

  private final WeightedRequestSize size;

  private final CutOffs cutOffs;

  private SizeClasses(WeightedRequestSize size, CutOffs cutOffs) {
    this.size = size;
    this.cutOffs = cutOffs;
  }

  /**
   * The classes of these requests, as many as the properties say.
   *
   * @param requests at least one
   */
  public static SizeClasses of(ChameleonPolicyProperties properties, List<Request> requests) {
    WeightedRequestSize size = properties.requestSize();
    double[] sizes = requests.stream().mapToDouble(request -> of(size, request)).toArray();
    Arrays.sort(sizes);
    return new SizeClasses(size, properties.dynamicCutOffs(sizes));
  }

  /** How many there are. */
  public int count() {
    return cutOffs.classes();
  }

  /** Sizes at which one ends and the next begins, ascending. */
  public List<Double> cutOffs() {
    return cutOffs.values();
  }

  /** The class of a request, from 0 for the smallest. */
  public int of(Request request) {
    return cutOffs.classOf(of(size, request));
  }

  private static double of(WeightedRequestSize size, Request request) {
    return size.of(request.promptTokens(), request.outputTokens(), request.rank());
  }
}
