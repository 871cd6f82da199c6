package io.chameleon;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the packages to their order, and each library to the one package that knows it. */
class ArchitectureTest {

  private static final String CONFIGURATION =
      "org.springframework.context.annotation.Configuration";

  private static final String ROOT = "io.chameleon";

  /** Wired by hand or measuring: these may use every package, and read clocks. */
  private static final Set<String> WIRING = Set.of(ROOT, "bench");

  /** Who may use whom, in the order of a request; metrics may be called by every package. */
  private static final Map<String, List<String>> USES =
      Map.ofEntries(
          Map.entry("request", List.of()),
          Map.entry("memory", List.of()),
          Map.entry("model", List.of()),
          Map.entry("text", List.of("request", "model")),
          Map.entry("adapter", List.of("request", "memory", "model")),
          Map.entry("engine", List.of("request", "adapter", "memory", "model")),
          Map.entry("engine.djl", List.of("engine", "request", "adapter", "memory", "model")),
          Map.entry("engine.cuda.driver", List.of()),
          Map.entry(
              "engine.cuda",
              List.of(
                  "engine.cuda.driver",
                  "engine.djl",
                  "engine",
                  "request",
                  "adapter",
                  "memory",
                  "model")),
          Map.entry("admission", List.of("request", "adapter", "memory")),
          Map.entry("scheduling", List.of("admission", "engine", "adapter", "memory", "request")),
          Map.entry(
              "serving",
              List.of(
                  "scheduling",
                  "admission",
                  "engine",
                  "adapter",
                  "memory",
                  "model",
                  "text",
                  "request")),
          Map.entry("openai", List.of("serving", "text", "request")),
          Map.entry("metrics", List.of("request")),
          Map.entry("workload", List.of()),
          Map.entry(
              "simulation",
              List.of(
                  "serving",
                  "scheduling",
                  "admission",
                  "engine",
                  "adapter",
                  "memory",
                  "model",
                  "request",
                  "workload")),
          Map.entry(
              "actuator",
              List.of(
                  "openai",
                  "serving",
                  "scheduling",
                  "admission",
                  "engine",
                  "adapter",
                  "memory",
                  "model",
                  "text",
                  "request")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  static Stream<String> packages() {
    return USES.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void package_uses_onlyWhatItMay(String name) {
    noClasses()
        .that(in(name))
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(allowedFor(name))))
        .because(name + " may use " + USES.get(name) + " and metrics")
        .check(CLASSES);
  }

  @Test
  void packages_withClasses_areAllInTheTable() {
    Stream<String> unknown =
        CLASSES.stream()
            .filter(type -> USES.keySet().stream().noneMatch(name -> in(name).test(type)))
            .map(JavaClass::getPackageName)
            .map(name -> name.equals(ROOT) ? ROOT : name.substring(ROOT.length() + 1))
            .filter(name -> !WIRING.contains(name));
    assertThat(unknown).isEmpty();
  }

  @Test
  void packages_together_haveNoCycle() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void packages_all_areNullMarked() {
    Stream<String> unmarked =
        CLASSES.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(p -> !isNullMarked(p))
            .map(JavaPackage::getName);
    assertThat(unmarked).isEmpty();
  }

  @Test
  void caffeine_isKnownTo_adapterAlone() {
    onlyIn(List.of("adapter"), "com.github.benmanes.caffeine..");
  }

  @Test
  void djl_isKnownTo_engineDjlAndItsTokenizerToText() {
    onlyIn(List.of("engine.djl"), "ai.djl.pytorch..", "ai.djl.ndarray..");
    onlyIn(List.of("engine.djl", "text"), "ai.djl..");
    onlyIn(List.of("text"), "ai.djl.huggingface..");
  }

  @Test
  void jinjava_isKnownTo_textAlone() {
    onlyIn(List.of("text"), "com.hubspot..");
  }

  @Test
  void micrometer_isKnownTo_metricsAlone() {
    onlyIn(List.of("metrics"), "io.micrometer..");
  }

  @Test
  void core_isFreeOf_reactor() {
    noClasses()
        .that(
            in("request")
                .or(in("scheduling"))
                .or(in("admission"))
                .or(in("engine"))
                .or(in("engine.djl"))
                .or(in("memory"))
                .or(in("model")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("reactor..", "org.reactivestreams..")
        .check(CLASSES);
  }

  @Test
  void core_isFreeOf_springSaveProperties() {
    noClasses()
        .that(
            in("request")
                .or(in("scheduling"))
                .or(in("admission"))
                .or(in("engine"))
                .or(in("memory"))
                .or(in("model"))
                .and(not(simpleNameEndingWith("Properties"))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.springframework..")
        .check(CLASSES);
  }

  @Test
  void collaborators_comeBy_constructor() {
    NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(CLASSES);
  }

  @Test
  void time_isReadIn_theWiringAlone() {
    noClasses()
        .that(not(inWiring()))
        .should()
        .accessTargetWhere(
            target("java.lang.Thread", "sleep")
                .or(target("java.time.Instant", "now"))
                .or(target("java.time.Clock", "systemUTC"))
                .or(target("java.time.InstantSource", "system"))
                .or(target("java.lang.System", "nanoTime"))
                .or(target("java.lang.System", "currentTimeMillis")))
        .because("time comes in by constructor, so that tests can set it")
        .check(CLASSES);
  }

  @Test
  void reactor_isNever_blockedOn() {
    noClasses()
        .that(not(inWiring()))
        .should()
        .accessTargetWhere(
            target("reactor.core.publisher.Mono", "block")
                .or(target("reactor.core.publisher.Flux", "blockFirst"))
                .or(target("reactor.core.publisher.Flux", "blockLast")))
        .check(CLASSES);
  }

  @Test
  void names_say_whatAThingIs() {
    classes()
        .should()
        .haveSimpleNameNotEndingWith("Impl")
        .andShould()
        .haveSimpleNameNotEndingWith("Helper")
        .andShould()
        .haveSimpleNameNotEndingWith("Utils")
        .andShould()
        .haveSimpleNameNotEndingWith("Util")
        .check(CLASSES);
  }

  private static void onlyIn(List<String> owners, String... libraryPackages) {
    DescribedPredicate<JavaClass> outside =
        owners.stream()
            .map(ArchitectureTest::in)
            .reduce(DescribedPredicate.alwaysTrue(), (rest, owner) -> rest.and(not(owner)));
    noClasses()
        .that(outside.and(not(inWiring())))
        .should()
        .dependOnClassesThat(resideInAnyPackage(libraryPackages))
        .because("it is known to " + owners + " alone")
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> allowedFor(String name) {
    return USES.get(name).stream()
        .map(ArchitectureTest::in)
        .reduce(in(name).or(in("metrics")), (allowed, other) -> allowed.or(other));
  }

  /** The package and those below it that are not in the table themselves. */
  private static DescribedPredicate<JavaClass> in(String name) {
    DescribedPredicate<JavaClass> tree = resideInAPackage(ROOT + "." + name + "..");
    return USES.keySet().stream()
        .filter(other -> other.startsWith(name + "."))
        .map(other -> not(resideInAPackage(ROOT + "." + other + "..")))
        .reduce(tree, (rest, other) -> rest.and(other));
  }

  /**
   * Who puts the parts together: the root package, the benchmark, a package's own configuration.
   */
  private static DescribedPredicate<JavaClass> inWiring() {
    return resideInAnyPackage(ROOT, ROOT + ".bench..")
        .or(DescribedPredicate.describe("configuration", c -> c.isAnnotatedWith(CONFIGURATION)));
  }

  private static DescribedPredicate<JavaAccess<?>> target(String owner, String method) {
    return DescribedPredicate.describe(
        owner + "." + method,
        access ->
            access.getTargetOwner().getName().equals(owner)
                && access.getTarget().getName().equals(method));
  }

  private static boolean isNullMarked(JavaPackage javaPackage) {
    return javaPackage
        .tryGetPackageInfo()
        .map(info -> info.isAnnotatedWith(NullMarked.class))
        .orElse(false);
  }
}
