package io.chameleon.adapter.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.fixtures.Allocations;
import io.chameleon.fixtures.FixtureFiles;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {

  private static final String HASH = "ab".repeat(32);

  @TempDir private Path folder;

  @Test
  void read_everyKey_isUnderstood() {
    AdapterSettings settings =
        read("tenants: [acme, \"zoo 2\"]\npinned: true\nsha256: \"%s\"\n".formatted(HASH));

    assertThat(settings).isEqualTo(new AdapterSettings(Set.of("acme", "zoo 2"), true, HASH));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n", "{}", "pinned: false"})
  void read_nothingSaid_isTheDefault(String yaml) {
    assertThat(read(yaml)).isEqualTo(AdapterSettings.NONE);
  }

  @Test
  void read_sha256OfDigitsAlone_mustBeInQuotes() {
    assertThat(read("sha256: '%s'".formatted("12".repeat(32))).sha256()).hasSize(64);
    assertThatThrownBy(() -> read("sha256: " + "12".repeat(32)))
        .hasMessageContaining("64 digits of lower-case hex, in quotes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tenant: [a]|the key tenant is not known; known are [pinned, sha256, tenants]",
        "1: [a]|the key 1 is not known",
        "[a, b]|it is [a, b]; supported is a map of [pinned, sha256, tenants]",
        "word|it is word; supported is a map",
        "tenants: acme|tenants is acme; supported is a list of at least one name",
        "tenants: []|tenants is []; supported is a list of at least one name",
        "tenants: |tenants is null",
        "tenants: [1]|tenants is [1]; supported is a list of names; put numbers in quotes",
        "tenants: [' ']|supported is a list of names",
        "pinned: 1|pinned is 1; supported is true or false",
        "pinned: 'true'|pinned is true; supported is true or false",
        "sha256: abc|sha256 is abc; supported is 64 digits of lower-case hex",
        "'{pinned: true, pinned: false}'|found duplicate key pinned",
        "'pinned: &a [*a]'|not valid YAML",
        "'pinned: !!java.net.URL [\"http://localhost\"]'|not valid YAML",
        "'pinned: [[[[[[1]]]]]]'|not valid YAML: Nesting Depth exceeded max 4",
        "'pinned: [true'|not valid YAML",
      })
  void read_whatIsNotUnderstood_isRefusedWithTheReason(String yaml, String reason) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(InvalidAdapterException.class)
        .hasMessageStartingWith("chameleon.yaml: ")
        .hasMessageContaining(reason);
  }

  @Test
  void read_largeFile_isRefusedByItsSize() {
    assertThatThrownBy(() -> read("#".repeat(65_537)))
        .hasMessage("chameleon.yaml: over 65536 bytes; the limit is 65536");
  }

  @Test
  void read_aliasesOfAliases_costNothing() {
    String bomb =
        """
        a: &a [x, x, x, x, x, x, x, x, x]
        b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
        tenants: [*c, *c, *c, *c, *c, *c, *c, *c]
        """;
    long allocated =
        Allocations.during(() ->
            assertThatThrownBy(() -> read(bomb)).hasMessageContaining("not valid YAML: Number of"));
    assertThat(allocated).isLessThan(4_000_000);
  }

  private AdapterSettings read(String yaml) {
    FixtureFiles.write(folder.resolve(SettingsFile.FILE), yaml);
    return SettingsFile.read(folder);
  }
}
