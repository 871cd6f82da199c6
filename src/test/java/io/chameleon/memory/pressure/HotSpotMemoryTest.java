package io.chameleon.memory.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HotSpotMemoryTest {

  private static final int BYTES = 64 << 20;

  private final HotSpotMemory memory = new HotSpotMemory();

  @Test
  void heapAfterCollection_followsWhatIsHeld() {
    long before = heapAfterCollection();
    long holding = heapAfterCollectionHolding(new byte[BYTES]);
    long after = heapAfterCollection();

    // Half of it leaves room for what other tests of this process hold or drop meanwhile.
    assertThat(holding - before).isGreaterThan(BYTES / 2);
    assertThat(holding - after).isGreaterThan(BYTES / 2);
    assertThat(memory.heapLimitBytes()).isGreaterThan(holding);
  }

  @Test
  void directBuffers_areCounted() {
    long before = memory.directBufferBytes();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    try {
      assertThat(memory.directBufferBytes() - before).isGreaterThan(BYTES / 2);
    } finally {
      Reference.reachabilityFence(buffer);
    }
    assertThat(memory.directBufferLimitBytes()).isGreaterThanOrEqualTo(BYTES);
  }

  @Test
  void mappedFile_isCountedUntilItIsUnmapped(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[1 << 20]);
    long before = memory.mappedBufferBytes();
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file)) {
      channel.map(MapMode.READ_ONLY, 0, 1 << 20, arena);
      assertThat(memory.mappedBufferBytes()).isEqualTo(before + (1 << 20));
    }
    assertThat(memory.mappedBufferBytes()).isEqualTo(before);
  }

  private long heapAfterCollectionHolding(byte[] held) {
    try {
      return heapAfterCollection();
    } finally {
      Reference.reachabilityFence(held);
    }
  }

  private long heapAfterCollection() {
    System.gc();
    return memory.heapAfterCollectionBytes();
  }
}
