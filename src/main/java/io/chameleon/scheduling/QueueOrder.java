package io.chameleon.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** A walk through a {@link SequenceQueue} from the first to the last; what it promises is there. */
final class QueueOrder implements Iterator<Sequence> {

  private static final Comparator<Place> LEAST_SERVED =
      Comparator.comparingLong((Place place) -> place.served)
          .thenComparingLong(place -> place.head.arrivalNanos());

  private final SequenceQueue queue;

  private final Iterator<Sequence> front;

  /** Those with sequences left, the best first. */
  private final List<Level> levels = new ArrayList<>();

  private long starts;

  private int left;

  /** Where the one given last is of; null if it is of the front. */
  private @Nullable Place current;

  /** The same once all that are left are of one client and one priority, as they mostly are. */
  private @Nullable Place alone;

  /** What the one given last counts until it has started or left. */
  private long claim;

  QueueOrder(SequenceQueue queue) {
    this.queue = queue;
    this.front = queue.front().iterator();
    for (PriorityLevel level : queue.levels()) {
      levels.add(new Level(level));
    }
    this.starts = queue.starts();
    this.left = queue.size();
  }

  @Override
  public boolean hasNext() {
    return left > 0;
  }

  @Override
  public Sequence next() {
    if (left == 0) {
      throw new NoSuchElementException("the queue has no more");
    }
    left--;
    if (front.hasNext()) {
      return front.next();
    }
    Place only = alone;
    if (only != null) {
      only.head = only.behind.next();
      claim = 0; // There is nobody whose turn could come.
      return only.head;
    }
    goOn();
    Place place = nextPlace();
    claim = place.headCost();
    place.claimed += claim;
    current = place;
    return place.head;
  }

  @Override
  public void remove() {
    Place place = current;
    if (place == null) {
      front.remove();
      queue.leftFront();
    } else {
      place.behind.remove();
      place.claimed -= claim;
      queue.leftLane(place.head, place.lane);
    }
  }

  private Place nextPlace() {
    Level level = levels.size() == 1 ? levels.getFirst() : next(levels);
    starts++;
    level.lastStart = starts;
    Place place = level.leastServed();
    if (levels.size() == 1 && level.places().isEmpty()) {
      alone = place;
    }
    return place;
  }

  /** Who comes behind the one given last takes its place. */
  private void goOn() {
    Place place = current;
    if (place != null && place.behind.hasNext()) {
      place.head = place.behind.next();
      place.update();
      place.level.places().add(place);
    } else if (place != null && place.level.places().isEmpty()) {
      levels.remove(place.level);
    }
  }

  /** The best level, or, when that is due, the one that has gone without for longest. */
  private Level next(List<Level> levels) {
    Level chosen = levels.getFirst();
    if ((starts + 1) % queue.priorityTurn() == 0) {
      for (Level level : levels) {
        chosen = level.lastStart < chosen.lastStart ? level : chosen;
      }
    }
    return chosen;
  }

  /** A priority of which sequences are left. */
  private static final class Level {

    private final PriorityLevel level;

    private long lastStart;

    /** Made when the first is asked for, since most walks end before all levels. */
    private @Nullable PriorityQueue<Place> places;

    Level(PriorityLevel level) {
      this.level = level;
      this.lastStart = level.lastStart();
    }

    PriorityQueue<Place> places() {
      PriorityQueue<Place> made = places;
      if (made == null) {
        made = new PriorityQueue<>(LEAST_SERVED);
        for (ClientLane lane : level.lanes().values()) {
          made.add(new Place(this, lane));
        }
        places = made;
      }
      return made;
    }

    /** Takes the place of the client that has had least; what it has had can but have grown. */
    Place leastServed() {
      PriorityQueue<Place> all = places();
      Place least = all.remove();
      while (least.update() && !all.isEmpty()) {
        all.add(least);
        least = all.remove();
      }
      return least;
    }
  }

  /** A client of a level of whom sequences are left. */
  private static final class Place {

    private final Level level;

    private final ClientLane lane;

    private final Iterator<Sequence> behind;

    private Sequence head;

    /** What those count that were given and stay. */
    private long claimed;

    private long served;

    Place(Level level, ClientLane lane) {
      this.level = level;
      this.lane = lane;
      this.behind = lane.sequences().iterator();
      this.head = behind.next();
      update();
    }

    long headCost() {
      return lane.account().inputCost(head.request().promptTokens().length);
    }

    /** Takes over what was served; whether that has changed. */
    boolean update() {
      long before = served;
      served = lane.account().served() + claimed;
      return served != before;
    }
  }
}
