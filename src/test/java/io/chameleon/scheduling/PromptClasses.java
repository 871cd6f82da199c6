package io.chameleon.scheduling;

import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.admission.SizeClassifier;
import java.util.ArrayList;
import java.util.List;

/** Classes by the length of the prompt alone. */
record PromptClasses(List<SizeClass> classes) implements SizeClassifier {

  /** Classes that end at these lengths, and one for what is longer. */
  static PromptClasses below(int... cuts) {
    List<SizeClass> made = new ArrayList<>();
    double from = 0;
    for (int cut : cuts) {
      made.add(new SizeClass(made.size(), "below " + cut, from, cut));
      from = cut;
    }
    made.add(new SizeClass(made.size(), "the rest", from, Double.POSITIVE_INFINITY));
    return new PromptClasses(List.copyOf(made));
  }

  @Override
  public SizeClass classify(RequestSize size) {
    return classes.stream().filter(c -> size.promptTokens() < c.below()).findFirst().orElseThrow();
  }
}
