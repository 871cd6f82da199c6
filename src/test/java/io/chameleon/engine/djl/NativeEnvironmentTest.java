package io.chameleon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What native code would read, asked with the C library's own getenv. */
class NativeEnvironmentTest {

  @Test
  void setIfAbsent_absent_isSetForNativeCode() throws Throwable {
    assertThat(getenv("CHAMELEON_TEST_ABSENT")).isNull();

    NativeEnvironment.setIfAbsent("CHAMELEON_TEST_ABSENT", "10000");

    assertThat(getenv("CHAMELEON_TEST_ABSENT")).isEqualTo("10000");
  }

  @Test
  void setIfAbsent_present_isLeftAlone() throws Throwable {
    String path = getenv("PATH");
    NativeEnvironment.setIfAbsent("PATH", "/nowhere");
    assertThat(getenv("PATH")).isNotEmpty().isEqualTo(path);

    NativeEnvironment.setIfAbsent("CHAMELEON_TEST_TWICE", "first");
    NativeEnvironment.setIfAbsent("CHAMELEON_TEST_TWICE", "second");
    assertThat(getenv("CHAMELEON_TEST_TWICE")).isEqualTo("first");
  }

  @Test
  void setIfAbsent_nameThatCannotBe_goesOn() throws Throwable {
    NativeEnvironment.setIfAbsent("CHAMELEON=TEST", "1");
    assertThat(getenv("CHAMELEON=TEST")).isNull();
  }

  private static @Nullable String getenv(String name) throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle call =
        linker.downcallHandle(
            linker.defaultLookup().find("getenv").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = (MemorySegment) call.invokeExact(arena.allocateFrom(name));
      return value.address() == 0 ? null : value.reinterpret(Long.MAX_VALUE).getString(0);
    }
  }
}
