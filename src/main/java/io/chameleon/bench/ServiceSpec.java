package io.chameleon.bench;

import io.chameleon.EngineProperties;
import io.chameleon.EngineProperties.Device;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.engine.cuda.GpuCompute;
import io.chameleon.engine.djl.CpuCompute;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.scheduling.PolicySettings;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.SchedulingProperties;
import io.chameleon.serving.ServingProperties;
import io.chameleon.simulation.PredictorFactory;
import io.chameleon.simulation.ServiceSettings;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * How a service is set up, once for a process and for the simulation of it, so that the two cannot
 * differ. Outputs are predicted as they are declared.
 *
 * @param properties as in application.yml; what is not here is at its default
 */
record ServiceSpec(Map<String, String> properties) {

  private static final String SCHEDULING = "chameleon.scheduling";

  private static final String POLICY = SCHEDULING + ".policy";

  ServiceSpec {
    properties = Map.copyOf(properties);
  }

  /** The same with another property, or with one more. */
  ServiceSpec with(String property, Object value) {
    Map<String, String> more = new TreeMap<>(properties);
    more.put(property, value.toString());
    return new ServiceSpec(more);
  }

  /** The same under a policy. */
  ServiceSpec with(PolicyKind policy) {
    return with(POLICY, policy.propertyName());
  }

  /** The options of the process. */
  List<String> options() {
    return new TreeMap<>(properties)
        .entrySet().stream()
            .map(each -> "--%s=%s".formatted(each.getKey(), each.getValue()))
            .toList();
  }

  /** Its limits of a step; where the properties name neither them nor a GPU, a CPU's. */
  SchedulingLimits limits() {
    Device device = bind("chameleon.engine", EngineProperties.class).device();
    return scheduling().limits(device == Device.GPU ? GpuCompute.STEP_SIZE : CpuCompute.STEP_SIZE);
  }

  /** The same service in a simulation. */
  ServiceSettings settings() {
    PolicyKind policy = scheduling().policyKind();
    PolicySettings policies = policies();
    ServingProperties serving = bind("chameleon.serving", ServingProperties.class);
    return new ServiceSettings(
        policy,
        policies,
        limits(),
        EvictionKind.TAIL,
        EvictionParameters.DEFAULT,
        PrefetchProperties.byQueue(),
        policy.loadHabits(policies),
        PredictorFactory.declared(),
        serving.waitingRules(),
        serving.queueCapacity());
  }

  private SchedulingProperties scheduling() {
    return bind(SCHEDULING, SchedulingProperties.class);
  }

  /** Each policy's numbers stand below the policy's name; so a policy more needs nothing here. */
  private PolicySettings policies() {
    RecordComponent[] parts = PolicySettings.class.getRecordComponents();
    Class<?>[] types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values =
        Arrays.stream(parts)
            .map(part -> bind(SCHEDULING + "." + part.getName(), part.getType()))
            .toArray();
    try {
      return PolicySettings.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the settings of the policies are no record", e);
    }
  }

  private <T> T bind(String prefix, Class<T> type) {
    return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(prefix, type);
  }
}
