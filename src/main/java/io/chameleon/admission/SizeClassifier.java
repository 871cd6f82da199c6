package io.chameleon.admission;

import java.util.List;

/** Which size classes there are, and which one a request belongs to. Used by many threads. */
public interface SizeClassifier {

  /** All classes, from the smallest requests to the largest; at least one. */
  List<SizeClass> classes();

  /** The class of a request of this size, one of {@link #classes()}. */
  SizeClass classify(RequestSize size);

  /** One class for everything: who came first is served first. */
  static SizeClassifier single() {
    return new SingleClass();
  }
}
