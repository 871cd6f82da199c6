package io.chameleon.scheduling.chameleon;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queue for tests. */
final class Line implements WaitingLine<Line.Request> {

  /** A request that waits. */
  record Request(String name, long need) {}

  private final List<Request> waiting = new ArrayList<>();
  private int place;

  /** A queue of requests with these needs, named by the prefix and their place, from 1. */
  static Line of(String prefix, long... needs) {
    var line = new Line();
    for (long need : needs) {
      line.add(new Request(prefix + (line.waiting.size() + 1), need));
    }
    return line;
  }

  void add(Request request) {
    waiting.add(request);
  }

  boolean remove(Request request) {
    int index = waiting.indexOf(request);
    if (index < 0) {
      return false;
    }
    waiting.remove(index);
    if (index < place) {
      place--;
    }
    return true;
  }

  List<Request> waiting() {
    return List.copyOf(waiting);
  }

  List<String> names() {
    return waiting.stream().map(Request::name).toList();
  }

  @Override
  public void rewind() {
    place = 0;
  }

  @Override
  public @Nullable Request peek() {
    return place < waiting.size() ? waiting.get(place) : null;
  }

  @Override
  public void skip() {
    place++;
  }
}
