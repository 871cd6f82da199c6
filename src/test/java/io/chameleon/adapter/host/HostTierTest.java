package io.chameleon.adapter.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.fixtures.FakeCatalogue;
import io.chameleon.fixtures.FakeSource;
import io.chameleon.fixtures.ManualClock;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.metrics.PoolMeters;
import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.AdapterTier;
import io.chameleon.request.ServiceUnavailableException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tier with loads that are made when a test says so. */
class HostTierTest {

  private final Small a = SmallAdapters.attention("a", 1, 2);
  private final Small b = SmallAdapters.attention("b", 2, 2);
  private final Small c = SmallAdapters.attention("c", 3, 2);
  private final long bytes = a.layout().bytes();

  private final ManualClock clock = new ManualClock();
  private final FakeCatalogue catalogue = new FakeCatalogue();
  private final FakeSource source = new FakeSource();
  private final Deque<Runnable> loads = new ArrayDeque<>();
  private final List<HostClaim> claims = new ArrayList<>();
  private HostTier tier = tier(source, loads::add);
  private int done;

  HostTierTest() {
    List.of(a, b, c).forEach(this::serve);
  }

  @AfterEach
  void nothingIsHeldInTheEnd() {
    while (!loads.isEmpty()) {
      loads.remove().run();
    }
    claims.forEach(HostClaim::close);
    tier.close();
    assertThat(tier.loads()).isZero();
    assertThat(tier.cachedBytes()).isZero();
    assertThat(source.allocatedBytes()).isZero();
  }

  @Test
  void claim_ofWhatIsOnDisk_isServedWhenItsLoadHasEnded() {
    HostClaim claim = claim(a);
    assertThat(claim.foundIn()).isEqualTo(AdapterTier.DISK);
    assertThat(claim.poll()).isNull();
    assertThat(claim.isDone()).isFalse();
    assertThat(tier.loads()).isEqualTo(1);

    load();

    assertThat(done).isEqualTo(1);
    assertThat(claim.isDone()).isTrue();
    assertThat(claim.poll().layout()).isEqualTo(a.layout());
    assertThat(claim.packed()).isSameAs(claim.poll());
    assertThat(claim.poll().weights().mismatch(a.weights())).isEqualTo(-1);
    assertThat(tier.isHere(a.version())).isTrue();
    assertThat(tier.cachedAdapters()).isEqualTo(1);
  }

  @Test
  void claim_ofWhatIsHere_isServedAtOnceAndCallsNobody() {
    claim(a);
    load();

    HostClaim again = claim(a);

    assertThat(again.foundIn()).isEqualTo(AdapterTier.HOST);
    assertThat(again.poll()).isNotNull();
    assertThat(again.loadNanos()).isZero();
    assertThat(done).isEqualTo(1);
    assertThat(source.reads()).isEqualTo(1);
    assertThat(again.poll().holders()).as("the cache and two claims").isEqualTo(3);
  }

  @Test
  void load_tellsHowLongItTook() {
    tier =
        tier(
            version -> {
              clock.advance(Duration.ofMillis(7));
              return source.read(version);
            },
            loads::add);
    HostClaim claim = claim(a);
    load();

    assertThat(claim.loadNanos()).isEqualTo(Duration.ofMillis(7).toNanos());
  }

  @Test
  void claims_duringALoad_shareIt() {
    List<HostClaim> waiters = List.of(claim(a), claim(a), claim(a));
    assertThat(loads).hasSize(1);

    load();

    assertThat(source.reads()).isEqualTo(1);
    assertThat(done).isEqualTo(3);
    assertThat(waiters).extracting(HostClaim::poll).containsOnly(waiters.getFirst().poll());
    assertThat(source.allocatedBytes()).isEqualTo(bytes);
  }

  @Test
  void claims_closedDuringTheLoad_leaveWhatIsCachedAlone() {
    HostClaim closed = claim(a);
    closed.close();
    load();

    assertThat(closed.packed()).isNull();
    assertThat(tier.cachedBytes()).isEqualTo(bytes);
    assertThat(source.allocatedBytes()).isEqualTo(bytes);
  }

  @Test
  void claims_closedDuringTheLoadOfWhatNoNameStandsFor_leaveNothing() {
    HostClaim closed = claim(a);
    HostClaim open = claim(a);
    catalogue.remove("a");
    closed.close();
    load();

    assertThat(tier.cachedBytes()).as("nobody can ask for it again").isZero();
    assertThat(open.poll().holders()).isEqualTo(1);
    open.close();
    open.close();
    assertThat(source.allocatedBytes()).isZero();
  }

  @Test
  void cache_isWeighedInBytes_andLetsGoOfNothingThatIsClaimed() {
    tier.setMaxBytes(2 * bytes);
    HostClaim first = claim(a);
    load();
    loadAndLetGo(b);
    loadAndLetGo(c);

    assertThat(tier.cachedBytes()).isLessThanOrEqualTo(2 * bytes);
    assertThat(tier.cachedAdapters()).isEqualTo(2);
    assertThat(first.poll().weights().mismatch(a.weights())).isEqualTo(-1);
    long claimedAlone = tier.isHere(a.version()) ? 0 : bytes;
    assertThat(source.allocatedBytes()).isEqualTo(2 * bytes + claimedAlone);
  }

  @Test
  void maxBytes_shrinksAtOnceAndGrowsAgain() {
    List.of(a, b, c).forEach(this::loadAndLetGo);
    assertThat(tier.cachedBytes()).isEqualTo(3 * bytes);

    tier.setMaxBytes(bytes + 1);
    assertThat(tier.maxBytes()).isEqualTo(bytes + 1);
    assertThat(tier.cachedAdapters()).isEqualTo(1);
    assertThat(source.allocatedBytes()).isEqualTo(bytes);

    tier.setMaxBytes(3 * bytes);
    List.of(a, b, c).forEach(this::loadAndLetGo);
    assertThat(tier.cachedAdapters()).isEqualTo(3);
    assertThat(source.allocatedBytes()).isEqualTo(3 * bytes);
  }

  @Test
  void adapter_largerThanTheCache_isServedToItsClaimsAlone() {
    tier.setMaxBytes(bytes - 1);
    HostClaim claim = claim(a);
    load();

    assertThat(claim.poll()).isNotNull();
    assertThat(tier.cachedBytes()).isZero();
    claim.close();
    assertThat(source.allocatedBytes()).isZero();
  }

  @Test
  void twins_underTwoNames_areKeptOnce() {
    Small twin = a.named("twin");
    serve(twin);
    HostClaim one = claim(a);
    HostClaim other = claim(twin);
    assertThat(loads).as("nobody knows yet that they are the same").hasSize(2);

    load();
    load();

    assertThat(other.poll()).isSameAs(one.poll());
    assertThat(tier.cachedAdapters()).isEqualTo(1);
    assertThat(source.allocatedBytes()).isEqualTo(bytes);
  }

  @Test
  void load_thatFails_failsAllWhoWaitAndIsTriedAgainByTheNext() {
    source.failNext(1);
    List<HostClaim> waiters = List.of(claim(a), claim(a));

    load();

    assertThat(done).isEqualTo(2);
    assertThat(waiters)
        .allSatisfy(claim -> {
          assertThat(claim.hasFailed() && claim.isDone()).isTrue();
          assertThat(claim.packed()).isNull();
          assertThatThrownBy(claim::poll)
              .isInstanceOf(ServiceUnavailableException.class)
              .hasMessageContaining("`a` could not be read now");
        });
    HostClaim next = claim(a);
    load();
    assertThat(next.poll()).isNotNull();
    assertThat(source.reads()).isEqualTo(2);
  }

  @Test
  void load_ofBadContent_isReportedAndRefused() {
    tier =
        tier(
            version -> {
              throw new InvalidAdapterException("it holds NaN");
            },
            loads::add);
    HostClaim claim = claim(a);
    load();

    assertThatThrownBy(claim::poll)
        .isInstanceOf(AdapterRefusedException.class)
        .hasMessageContaining("it holds NaN");
    assertThat(catalogue.isCurrent(a.version())).as("served").isFalse();
  }

  @Test
  void load_withoutMemory_failsThisTimeAlone() {
    tier =
        tier(
            version -> {
              throw new OutOfMemoryError("no native memory");
            },
            loads::add);
    HostClaim claim = claim(a);
    load();

    assertThatThrownBy(claim::poll).isInstanceOf(ServiceUnavailableException.class);
    assertThat(catalogue.isCurrent(a.version())).isTrue();
  }

  @Test
  void claim_whileLoadsAreRefused_failsAtOnce() {
    tier =
        tier(
            source,
            load -> {
              throw new RejectedExecutionException("closed");
            });

    HostClaim claim = claim(a);

    assertThatThrownBy(claim::poll).isInstanceOf(ServiceUnavailableException.class);
    assertThat(tier.loads()).isZero();
    assertThat(done).isEqualTo(1);
  }

  @Test
  void retainAll_dropsWhatIsNotNamedAndKeepsItForItsClaims() {
    HostClaim claim = claim(a);
    load();
    loadAndLetGo(b);
    loadAndLetGo(c);

    tier.retainAll(Set.of(b.layout().contentHash()));

    assertThat(tier.isHere(a.version())).isFalse();
    assertThat(tier.isHere(b.version())).isTrue();
    assertThat(claim.poll().weights().mismatch(a.weights())).isEqualTo(-1);
    assertThat(source.allocatedBytes()).isEqualTo(2 * bytes);
  }

  @Test
  void warm_loadsIfThereIsRoomAndReadsNothingIfNot() throws InterruptedException {
    tier = tier(source, Runnable::run);
    tier.setMaxBytes(2 * bytes);

    assertThat(tier.warm(a.version())).isTrue();
    assertThat(tier.warm(b.version())).isTrue();
    assertThat(tier.warm(c.version())).isFalse();

    assertThat(source.reads()).isEqualTo(2);
    assertThat(tier.isHere(a.version()) && tier.isHere(b.version())).isTrue();
    assertThat(source.allocatedBytes()).isEqualTo(2 * bytes);
  }

  @Test
  void warm_ofWhatCannotBeRead_throws() {
    tier = tier(source, Runnable::run);
    source.failNext(1);

    assertThatThrownBy(() -> tier.warm(a.version()))
        .isInstanceOf(ServiceUnavailableException.class);
  }

  private void serve(Small adapter) {
    source.put(adapter);
    catalogue.put(adapter.version());
  }

  private HostClaim claim(Small adapter) {
    HostClaim claim = tier.claim(adapter.version(), () -> done++);
    claims.add(claim);
    return claim;
  }

  private void load() {
    loads.remove().run();
  }

  private void loadAndLetGo(Small adapter) {
    try (HostClaim claim = tier.claim(adapter.version(), () -> {})) {
      while (!claim.isDone()) {
        load();
      }
    }
  }

  private HostTier tier(AdapterSource from, Executor loaders) {
    PoolMeters meters = new PoolMeters(new SimpleMeterRegistry(), "base");
    return new HostTier(new HostLoader(from, catalogue, meters, clock), loaders, 1 << 20);
  }
}
