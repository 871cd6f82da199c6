package io.chameleon;

import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.catalogue.BackgroundScan;
import io.chameleon.adapter.catalogue.CatalogueProperties;
import io.chameleon.adapter.catalogue.CatalogueWatcher;
import io.chameleon.adapter.catalogue.VersionReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.SmartLifecycle;

/** The threads that follow the adapter folders, and that read what nobody has asked for yet. */
final class CatalogueThreads implements SmartLifecycle {

  private final AdapterTiers tiers;
  private final VersionReader reader;
  private final CatalogueProperties properties;
  private final List<Thread> threads = new ArrayList<>();

  CatalogueThreads(AdapterTiers tiers, VersionReader reader, CatalogueProperties properties) {
    this.tiers = tiers;
    this.reader = reader;
    this.properties = properties;
  }

  @Override
  public void start() {
    AdapterRegistry registry = tiers.registry();
    start(
        "chameleon-catalogue",
        new CatalogueWatcher(registry::look, properties.scanInterval(), Thread::sleep));
    if (properties.backgroundScan()) {
      long rate = properties.scanRate().toBytes();
      start("chameleon-scan", new BackgroundScan(registry, this::read, rate, Thread::sleep));
    }
  }

  @Override
  public void stop() {
    threads.forEach(Thread::interrupt);
    threads.clear();
  }

  @Override
  public boolean isRunning() {
    return !threads.isEmpty();
  }

  /** Into host memory as long as it has room; what does not fit there is read and let go. */
  private void read(AdapterVersion version) throws IOException {
    try {
      if (!tiers.host().warm(version)) {
        reader.read(version);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the service is stopping");
    }
  }

  private void start(String name, Runnable work) {
    // Not virtual: the file system may make them wait, and that would hold a carrier up.
    threads.add(Thread.ofPlatform().daemon().name(name).start(work));
  }
}
