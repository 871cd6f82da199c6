package io.chameleon.engine;

/**
 * What is known, while a step runs, of the one after it. An engine may have that one begin before
 * it is asked for; what it guesses wrongly costs time and nothing else.
 */
public interface NextStep {

  /** Nothing is known. */
  NextStep UNKNOWN =
      new NextStep() {
        @Override
        public boolean isLast(int place) {
          return false;
        }

        @Override
        public boolean isDecode() {
          return false;
        }
      };

  /**
   * Whether a sequence of the step that runs ends with it, whatever its token is.
   *
   * @param place of the sequence in the batch
   */
  boolean isLast(int place);

  /**
   * Whether, as far as is known at this moment, all other sequences of the step go on by a single
   * token, and nobody joins them. Asked by the thread of the engine, any number of times.
   */
  boolean isDecode();

  /**
   * The device works on the step that was asked for, or is about to: time for what the caller has
   * put off. Called by engines that are {@link InferenceEngine#isAsynchronous() asynchronous}, at
   * least once a step.
   */
  default void launched() {}
}
