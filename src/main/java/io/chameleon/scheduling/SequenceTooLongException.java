package io.chameleon.scheduling;

import io.chameleon.request.InvalidRequestException;

/** A sequence that has all the memory there is, beside its own adapter, and needs more. */
public final class SequenceTooLongException extends InvalidRequestException {

  SequenceTooLongException(Sequence sequence, int neededCells, int capacityCells) {
    super(
        "max_tokens",
        "context_length_exceeded",
        "the sequence has grown to %d tokens, which do not fit into the memory of %d tokens beside %s"
            .formatted(neededCells, capacityCells, neighbour(sequence)));
  }

  private static String neighbour(Sequence sequence) {
    String adapter = sequence.request().adapter();
    return adapter == null ? "what else it holds" : "the adapter `%s`".formatted(adapter);
  }
}
