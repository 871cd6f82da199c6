package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.model.InvalidFileException;
import io.chameleon.model.UnsupportedModelException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

class StartupFailureAnalyzerTest {

  private final FailureAnalyzer analyzer = new StartupFailureAnalyzer();

  static Stream<Throwable> faultsOfTheFolder() {
    return Stream.of(
        new UnsupportedModelException("model_type is \"x\""),
        new InvalidFileException("config.json: no such file"),
        new NoSuchFileException("tokenizer.json"));
  }

  @ParameterizedTest
  @MethodSource("faultsOfTheFolder")
  void analyze_faultOfTheModelFolder_givesItsMessageAndWhereToLook(Throwable fault) {
    var analysis = analyzer.analyze(new IllegalStateException("no bean", new Exception(fault)));

    assertThat(analysis).isNotNull();
    assertThat(analysis.getDescription()).isEqualTo(fault.getMessage());
    assertThat(analysis.getAction()).contains("chameleon.model");
  }

  @Test
  void analyze_propertyOutOfRange_saysHowToSetIt() {
    var analysis = analyzer.analyze(new IllegalArgumentException("chameleon.threads is -1; …"));

    assertThat(analysis).isNotNull();
    assertThat(analysis.getAction()).contains("application.yml");
  }

  @Test
  void analyze_anyOtherFailure_isLeftToOthers() {
    assertThat(analyzer.analyze(new IllegalArgumentException("a bug"))).isNull();
    assertThat(analyzer.analyze(new IllegalStateException("x", new RuntimeException()))).isNull();
    assertThat(analyzer.analyze(new IllegalArgumentException())).isNull();
  }

  @Test
  void analyzer_isFoundBySpringBoot() {
    List<FailureAnalyzer> all =
        SpringFactoriesLoader.forDefaultResourceLocation()
            .load(FailureAnalyzer.class, (type, name, failure) -> {});

    assertThat(all).hasAtLeastOneElementOfType(StartupFailureAnalyzer.class);
  }
}
