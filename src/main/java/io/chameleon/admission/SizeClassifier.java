package io.chameleon.admission;

import java.util.List;

/**
 * Which size classes there are, and which one a request belongs to. It never changes, and is used
 * by many threads: a policy whose classes change publishes another one.
 */
public interface SizeClassifier {

  /** All classes, from the smallest requests to the largest; at least one. */
  List<SizeClass> classes();

  /** The class of a request of this size, one of {@link #classes()}. */
  SizeClass classify(RequestSize size);

  /** One class for everything: who came first is served first. */
  static SizeClassifier single() {
    return SingleClass.INSTANCE;
  }
}
