package io.chameleon.scheduling.chameleon;

import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.admission.SizeClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The classes between cut-offs of the weighted size. Immutable. */
final class WeightedClasses implements SizeClassifier {

  private final WeightedRequestSize sizes;

  private final CutOffs cutOffs;

  private final List<SizeClass> classes;

  WeightedClasses(WeightedRequestSize sizes, CutOffs cutOffs) {
    this.sizes = sizes;
    this.cutOffs = cutOffs;
    this.classes = classes(cutOffs.values());
  }

  @Override
  public List<SizeClass> classes() {
    return classes;
  }

  @Override
  public SizeClass classify(RequestSize size) {
    double weighted =
        sizes.of(size.promptTokens(), size.predictedOutputTokens(), size.adapterRank());
    return classes.get(cutOffs.classOf(weighted));
  }

  private static List<SizeClass> classes(List<Double> cuts) {
    List<SizeClass> made = new ArrayList<>();
    double from = 0;
    for (double below : cuts) {
      String name = String.format(Locale.ROOT, "%.4g to %.4g", from, below);
      made.add(new SizeClass(made.size(), name, from, below));
      from = below;
    }
    String name = String.format(Locale.ROOT, "from %.4g", from);
    made.add(new SizeClass(made.size(), name, from, Double.POSITIVE_INFINITY));
    return List.copyOf(made);
  }
}
