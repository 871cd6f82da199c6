package io.chameleon.scheduling;

import io.chameleon.admission.SizeClassifier;

/** First come, first served in each class, the class of small prompts first. */
public final class FixedClasses extends ArrivalOrder {

  private final SizeClassifier classifier;

  private FixedClasses(SizeClassifier classifier) {
    this.classifier = classifier;
  }

  /** Prompts shorter than that are small. */
  public static FixedClasses below(int promptTokens) {
    return new FixedClasses(PromptClasses.below(promptTokens));
  }

  @Override
  public SizeClassifier classifier() {
    return classifier;
  }

  @Override
  public void admit(BatchAdmission batch) {
    for (int i = 0; i < classifier.classes().size(); i++) {
      for (var next = queue.iterator(); next.hasNext() && batch.hasPlace(); ) {
        Sequence sequence = next.next();
        boolean isItsTurn = classifier.classify(sequence.size()).index() == i;
        if (isItsTurn && batch.start(sequence).hasLeft()) {
          next.remove();
        }
      }
    }
  }
}
