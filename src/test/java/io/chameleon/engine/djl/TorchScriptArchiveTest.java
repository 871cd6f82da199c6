package io.chameleon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class TorchScriptArchiveTest {

  private static final String PROGRAM = "class Prog(Module):\n  # größer\n";

  @Test
  void pack_program_hasTheEntriesThatLibtorchReads() throws IOException {
    Map<String, byte[]> entries = entries(TorchScriptArchive.pack("Prog", PROGRAM));

    assertThat(entries.keySet())
        .containsExactly("m/data.pkl", "m/code/__torch__.py", "m/constants.pkl", "m/version");
    assertThat(text(entries.get("m/code/__torch__.py"))).isEqualTo(PROGRAM);
    assertThat(text(entries.get("m/version"))).isEqualTo("3\n");
    assertThat(hex(entries.get("m/constants.pkl"))).isEqualTo("8002292e");
  }

  @Test
  void pack_object_isThePickleThatTorchWrites() throws IOException {
    Map<String, byte[]> entries = entries(TorchScriptArchive.pack("Prog", PROGRAM));

    // PROTO 2; GLOBAL __torch__ Prog; EMPTY_TUPLE NEWOBJ EMPTY_DICT MARK; BINUNICODE "training";
    // NEWFALSE; SETITEMS BUILD STOP.
    assertThat(hex(entries.get("m/data.pkl")))
        .isEqualTo(
            "8002"
                + "63"
                + hex("__torch__\nProg\n".getBytes(StandardCharsets.UTF_8))
                + "29817d28"
                + "5808000000"
                + hex("training".getBytes(StandardCharsets.UTF_8))
                + "89"
                + "75622e");
  }

  @Test
  void pack_entries_areStored() {
    byte[] archive = TorchScriptArchive.pack("Prog", PROGRAM);

    // Stored text can be read in the archive itself.
    assertThat(text(archive)).contains(PROGRAM);
    assertThat(TorchScriptArchive.pack("Prog", PROGRAM).length).isEqualTo(archive.length);
  }

  private static Map<String, byte[]> entries(byte[] archive) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        assertThat(entry.getMethod()).as(entry.getName()).isEqualTo(ZipEntry.STORED);
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
