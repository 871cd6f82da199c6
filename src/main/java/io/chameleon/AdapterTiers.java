package io.chameleon;

import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.adapter.catalogue.VersionReader;
import io.chameleon.adapter.host.AdapterPacker;
import io.chameleon.adapter.host.FolderSource;
import io.chameleon.adapter.host.HostBlock;
import io.chameleon.adapter.host.HostLoader;
import io.chameleon.adapter.host.HostTier;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.metrics.PoolMeters;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ModelConfig;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The way of an adapter from its folder into host memory, put together.
 *
 * @param registry which adapters there are
 * @param memory what host memory they take
 * @param host what is there
 * @param loaders runs the loads, so many at once
 */
public record AdapterTiers(
    AdapterRegistry registry, HostBlock.Allocator memory, HostTier host, ExecutorService loaders)
    implements AutoCloseable {

  /**
   * What adapters are made ready for.
   *
   * @param model as it lies on the device
   * @param memory host memory that the device copies from
   */
  public record Target(DeviceModel model, HostBlock.Allocator memory) {

    /** A device and a model on it. */
    public static Target of(ComputeDevice device, ModelConfig config) {
      return new Target(
          new DeviceModel(config, device.numbers(), device.evenAdapters()), device.hostMemory());
    }
  }

  private static final Duration IDLE = Duration.ofSeconds(10);

  /**
   * Puts them together, with nothing loaded.
   *
   * @param maxBytes most bytes that are cached in host memory
   * @param loads most loads at once
   */
  public static AdapterTiers over(
      AdapterRegistry registry, Target target, long maxBytes, int loads, PoolMeters meters) {
    HostBlock.Allocator memory = target.memory();
    FolderSource source =
        new FolderSource(
            new VersionReader(target.model().config()), new AdapterPacker(target.model(), memory));
    HostLoader loader = new HostLoader(source, registry, meters, System::nanoTime);
    ExecutorService loaders = loaders(loads);
    return new AdapterTiers(registry, memory, new HostTier(loader, loaders, maxBytes), loaders);
  }

  /** Not virtual threads: a read that hangs would hold a carrier up, and with it all of them. */
  private static ExecutorService loaders(int loads) {
    ThreadPoolExecutor loaders =
        new ThreadPoolExecutor(
            loads,
            loads,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("chameleon-loader-", 0).factory());
    loaders.allowCoreThreadTimeOut(true);
    return loaders;
  }

  /** Interrupts loads, and drops what is cached. */
  @Override
  public void close() {
    loaders.shutdownNow();
    host.close();
  }
}
