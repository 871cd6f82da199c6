package io.chameleon.simulation;

import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.RopeConfig;
import io.chameleon.scheduling.SchedulingLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The profiles that lie in the jar, under {@code profiles/}, one YAML file each. */
public final class ProfileFile {

  /** The machine of the Chameleon paper. */
  public static final String A40 = "a40-llama-7b";

  /** The demo model on a CPU. */
  public static final String CPU_DEMO = "cpu-demo";

  /** Llama 2 7B on one H200. */
  public static final String H200 = "h200-llama-7b";

  private static final List<String> NAMES = List.of(A40, CPU_DEMO, H200);

  private static final String EXTENSION = ".yaml";

  private static final double NANOS_PER_MS = 1e6;

  private static final double ROPE_THETA = 10_000;

  private static final double RMS_NORM_EPSILON = 1e-5;

  private final String name;

  private final ProfileFields fields;

  private ProfileFile(String name, ProfileFields fields) {
    this.name = name;
    this.fields = fields;
  }

  /**
   * The profile of this name, or that of a file, whose name ends with {@value #EXTENSION}.
   *
   * @throws IllegalArgumentException if there is none, or if it says what is not understood
   */
  public static SimulationProfile load(String name) {
    if (name.endsWith(EXTENSION)) {
      return ofFile(Path.of(name));
    }
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "no profile %s; known profiles are: %s".formatted(name, String.join(", ", NAMES)));
    }
    String resource = "/profiles/%s.yaml".formatted(name);
    try (InputStream yaml = ProfileFile.class.getResourceAsStream(resource)) {
      if (yaml == null) {
        throw new IllegalStateException("the jar has no " + resource);
      }
      return read(name, yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SimulationProfile ofFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("no profile %s; there is no such file".formatted(file));
    }
    String name = String.valueOf(file.getFileName());
    try (InputStream yaml = Files.newInputStream(file)) {
      return read(name.substring(0, name.length() - EXTENSION.length()), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a profile.
   *
   * @throws IllegalArgumentException naming the key at fault
   */
  static SimulationProfile read(String name, InputStream yaml) {
    ProfileFields fields = ProfileFields.read(name, yaml);
    SimulationProfile profile = new ProfileFile(name, fields).profile();
    fields.requireAllRead();
    return profile;
  }

  private SimulationProfile profile() {
    return new SimulationProfile(
        name,
        model(fields.section("model")),
        fields.whole("cells"),
        stepCost(),
        link(fields.section("link")),
        fields.number("copy-bytes-per-second", Double.POSITIVE_INFINITY),
        limits(fields.section("limits")));
  }

  private static SimulatedModel model(ProfileFields of) {
    return new SimulatedModel(
        new ModelConfig(
            "llama",
            of.whole("layers"),
            of.whole("hidden-size"),
            of.whole("heads"),
            of.whole("kv-heads"),
            of.whole("head-size"),
            of.whole("intermediate-size"),
            of.whole("vocabulary-size"),
            of.whole("context-length"),
            RMS_NORM_EPSILON,
            new RopeConfig(ROPE_THETA, null),
            false,
            false,
            false,
            false,
            false),
        of.whole("element-bytes"),
        modules(of.texts("adapter-modules")),
        of.flag("adapters-in-place", false));
  }

  private static Set<LinearModule> modules(List<String> names) {
    Set<LinearModule> modules = EnumSet.noneOf(LinearModule.class);
    names.forEach(module -> modules.add(LinearModule.valueOf(module)));
    return modules;
  }

  private StepCost stepCost() {
    ProfileFields prefill = fields.section("prefill");
    ProfileFields decode = fields.section("decode");
    return new StepCost(
        new StepCost.Prefill(
            prefill.number("fixed-ms"),
            prefill.number("per-token-ms"),
            prefill.number("per-token-rank-ms"),
            prefill.number("per-pair-ms"),
            prefill.number("per-token-decode-rank-ms", 0),
            new StepCost.Ridge(
                (int) prefill.number("ridge-tokens", 0),
                prefill.number("per-token-beyond-ridge-ms", 0))),
        new StepCost.Decode(
            decode.number("fixed-ms"),
            decode.number("per-row-ms"),
            decode.number("per-context-token-ms"),
            decode.number("per-rank-ms")),
        new StepCost.Around(
            fields.number("scheduling-ms"),
            fields.number("scheduling-per-row-ms", 0),
            fields.number("scheduling-prefill-ms", 0),
            fields.number("scheduling-prefill-per-row-ms", 0)));
  }

  private static LinkCost link(ProfileFields of) {
    return new LinkCost(
        of.number("bytes-per-second"),
        Math.round(of.number("latency-ms") * NANOS_PER_MS),
        of.number("slowdown"));
  }

  private static SchedulingLimits limits(ProfileFields of) {
    return new SchedulingLimits(
        of.whole("max-batch-tokens"),
        of.whole("max-sequences"),
        of.whole("prefill-chunk"),
        of.whole("output-reservation"),
        of.flag("separate-passes"));
  }
}
