package io.chameleon.scheduling.fairness;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A server of a few slots, each of which generates a token a step, that takes the next request from
 * whoever has had least.
 */
final class SharedServer {

  static final int INPUT_WEIGHT = 1;

  static final int OUTPUT_WEIGHT = 2;

  private final TokenCounters counters;

  private final int slots;

  private final Map<String, Deque<Job>> waiting = new LinkedHashMap<>();

  private final Map<String, Long> served = new LinkedHashMap<>();

  private final Map<String, TokenAccount> accounts = new LinkedHashMap<>();

  private final List<Job> running = new ArrayList<>();

  private static final class Job {

    private final TokenAccount account;

    private final int input;

    private int outputLeft;

    Job(TokenAccount account, int input, int output) {
      this.account = account;
      this.input = input;
      this.outputLeft = output;
    }
  }

  SharedServer(TokenCounters counters, int slots) {
    this.counters = counters;
    this.slots = slots;
  }

  /** A request waits from now on. */
  void submit(String key, int input, int output) {
    TokenAccount account = counters.activate(key);
    accounts.put(key, account);
    waiting.computeIfAbsent(key, k -> new ArrayDeque<>()).add(new Job(account, input, output));
  }

  /** Requests of this key that wait. */
  int waiting(String key) {
    Deque<Job> jobs = waiting.get(key);
    return jobs == null ? 0 : jobs.size();
  }

  /** Keys of which requests wait. */
  int waitingKeys() {
    return waiting.size();
  }

  /** Weighted tokens that were served for this key. */
  long served(String key) {
    return served.getOrDefault(key, 0L);
  }

  /** Fills the slots and generates a token in each. */
  void step() {
    while (running.size() < slots) {
      var next =
          waiting.keySet().stream()
              .min(Comparator.comparingLong(key -> accounts.get(key).served()));
      if (next.isEmpty()) {
        break;
      }
      start(next.get());
    }
    for (Iterator<Job> jobs = running.iterator(); jobs.hasNext(); ) {
      Job job = jobs.next();
      job.account.chargeOutput(1);
      served.merge(job.account.key(), (long) OUTPUT_WEIGHT, Long::sum);
      job.outputLeft--;
      if (job.outputLeft == 0) {
        jobs.remove();
      }
    }
  }

  private void start(String key) {
    Deque<Job> jobs = waiting.get(key);
    Job job = jobs.remove();
    if (jobs.isEmpty()) {
      waiting.remove(key);
    }
    counters.deactivate(job.account);
    job.account.chargeInput(job.input);
    served.merge(key, job.account.inputCost(job.input), Long::sum);
    running.add(job);
  }
}
