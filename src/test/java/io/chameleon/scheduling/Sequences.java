package io.chameleon.scheduling;

import io.chameleon.admission.AdmittedRequest;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.fixtures.FakeKvCells;
import io.chameleon.fixtures.Requests;
import io.chameleon.fixtures.Samplers;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.ServiceTerms;
import java.util.Set;

/** Sequences that no scheduler has seen. */
final class Sequences {

  private Sequences() {}

  /** One for the base model that came at 0 and is predicted to use all that it declares. */
  static Sequence waiting(int promptTokens, int maxTokens) {
    return of(Requests.request(promptTokens, maxTokens), maxTokens, 0, 0);
  }

  /** One whose adapter takes so many cells. */
  static Sequence adapted(String adapter, int adapterCells, int promptTokens, int maxTokens) {
    return of(Requests.request(adapter, promptTokens, maxTokens), maxTokens, adapterCells, 0);
  }

  /** One that came then and is predicted to generate so much. */
  static Sequence predicted(int outputTokens, long arrivalNanos) {
    return of(Requests.request(4, 1000), outputTokens, 0, arrivalNanos);
  }

  /** One for the base model on these terms. */
  static Sequence on(ServiceTerms terms, int promptTokens, long arrivalNanos) {
    return of(Requests.request(promptTokens, 1000, terms), 10, 0, arrivalNanos);
  }

  /** Has it run. */
  static Sequence started(Sequence waiting) {
    waiting.start(new FakeKvCells(16).allocate(16).orElseThrow(), Samplers::create, 0);
    return waiting;
  }

  /** Has it run, generate so many tokens, and wait again. */
  static Sequence preempted(Sequence waiting, int generatedTokens) {
    FakeKvCells cells = new FakeKvCells(16);
    waiting.start(cells.allocate(16).orElseThrow(), Samplers::create, 0);
    for (int i = 0; i < generatedTokens; i++) {
      waiting.append(7);
    }
    cells.release(waiting.takeKv());
    waiting.preempt();
    return waiting;
  }

  private static Sequence of(
      InferenceRequest request, int predicted, int adapterCells, long arrivalNanos) {
    RequestSize size =
        new RequestSize(
            request.promptTokens().length, predicted, adapterCells > 0 ? 8 : 0, adapterCells);
    return new Sequence(
        new AdmittedRequest(request, size, new SizeClass(0, "all")),
        Set.of(),
        new RecordingOutput(),
        arrivalNanos);
  }
}
