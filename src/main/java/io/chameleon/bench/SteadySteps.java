package io.chameleon.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * What the JVM does while steps go on as they do for hours.
 *
 * @param bytesPerStep heap bytes that the stepping thread takes for a step
 * @param longestPauseMillis the longest collection meanwhile; 0 if there was none
 */
record SteadySteps(double bytesPerStep, double longestPauseMillis) {

  /** Runs a step so many times, after as many to warm up. */
  static SteadySteps of(Runnable step, int times) {
    for (int i = 0; i < times; i++) {
      step.run();
    }
    AtomicLong longest = new AtomicLong();
    NotificationListener listener = (notification, handback) -> note(notification, longest);
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (!stopsTheWorld(bean)) {
        continue;
      }
      ((NotificationEmitter) bean).addNotificationListener(listener, null, null);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < times; i++) {
      step.run();
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    return new SteadySteps((double) bytes / times, longest.get());
  }

  /** ZGC reports cycles too, which go on beside the program. */
  private static boolean stopsTheWorld(GarbageCollectorMXBean bean) {
    return !bean.getName().startsWith("ZGC") || bean.getName().endsWith("Pauses");
  }

  private static void note(Notification notification, AtomicLong longest) {
    if (notification.getUserData() instanceof CompositeData data) {
      long millis = GarbageCollectionNotificationInfo.from(data).getGcInfo().getDuration();
      longest.accumulateAndGet(millis, Math::max);
    }
  }
}
