package io.chameleon.scheduling;

import io.chameleon.engine.SampledToken;
import io.chameleon.request.RequestTiming;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what it is given, and insists on one end. */
final class RecordingOutput implements SequenceOutput {

  private final List<Integer> tokens = new ArrayList<>();

  private final List<SequenceEnding> endings = new ArrayList<>();

  private boolean readerGone;

  void readerGoes() {
    readerGone = true;
  }

  @Override
  public boolean token(SampledToken token, @Nullable RequestTiming timing, long nowNanos) {
    if (readerGone) {
      return false;
    }
    tokens.add(token.token());
    return true;
  }

  @Override
  public void ended(SequenceEnding ending, long nowNanos) {
    endings.add(ending);
    if (endings.size() > 1) {
      throw new IllegalStateException("a second end: " + endings);
    }
  }

  List<Integer> tokens() {
    return tokens;
  }

  SequenceEnding ending() {
    if (endings.isEmpty()) {
      throw new IllegalStateException("it has not ended");
    }
    return endings.getFirst();
  }
}
