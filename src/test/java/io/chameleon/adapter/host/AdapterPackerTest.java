package io.chameleon.adapter.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.adapter.peft.LlamaAdapters;
import io.chameleon.adapter.peft.LoraModule;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.fixtures.FakeAdapterDevice;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.TensorReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdapterPackerTest {

  private static final ModelConfig MODEL = LlamaAdapters.model(LlamaAdapters.LLAMA);

  private final NativeHostMemory memory = new NativeHostMemory();
  private final AdapterPacker packer = new AdapterPacker(DeviceModel.float32(MODEL), memory);

  static Iterable<String> adapters() {
    return FixtureFiles.ADAPTERS;
  }

  @ParameterizedTest
  @MethodSource("adapters")
  void pack_anyAdapter_holdsEachModuleOnceAtItsTrueRank(String name) {
    try (AdapterFile file = open(name)) {
      PackedAdapter packed = packer.pack(name, file);

      assertThat(packed.layout().blocks()).hasSameSizeAs(file.modules());
      long offset = 0;
      for (int i = 0; i < packed.layout().blocks().size(); i++) {
        LoraModule module = file.modules().get(i);
        assertThat(packed.layout().blocks().get(i))
            .isEqualTo(
                new AdapterLayout.Block(module.layer(), module.module(), module.rank(), offset));
        offset += (module.a().elements() + module.b().elements());
      }
      assertThat(packed.bytes()).isEqualTo(offset * Float.BYTES);
    }
  }

  @ParameterizedTest
  @MethodSource("adapters")
  void pack_anyAdapter_holdsAAndThenBTransposed(String name) {
    try (AdapterFile file = open(name)) {
      PackedAdapter packed = packer.pack(name, file);

      for (int i = 0; i < packed.layout().blocks().size(); i++) {
        LoraModule module = file.modules().get(i);
        checkA(packed, packed.layout().blocks().get(i), module);
        checkB(packed, packed.layout().blocks().get(i), module);
      }
    }
  }

  @Test
  void pack_withPatterns_foldsTheQuotientIntoBAlone() {
    try (AdapterFile file = open("pattern")) {
      PackedAdapter packed = packer.pack("p", file);

      assertThat(packed.layout().contentHash()).isEqualTo("p");
      assertThat(packed.layout().scaling()).isEqualTo(16f / 8);
      assertThat(factor(packed, file, 0, LinearModule.Q)).isEqualTo(1);
      assertThat(factor(packed, file, 1, LinearModule.Q)).isEqualTo(16f / 20 / 2);
      assertThat(factor(packed, file, 0, LinearModule.O)).isEqualTo(16f / 2 / 2);
      assertThat(factor(packed, file, 2, LinearModule.DOWN)).isEqualTo(3f / 8 / 2);
    }
  }

  @Test
  void pack_withoutPatterns_leavesEveryNumberAsItIs() {
    for (String name : new String[] {"all-linear-r3", "qv-r12-rslora", "some-layers"}) {
      try (AdapterFile file = open(name)) {
        PackedAdapter packed = packer.pack(name, file);
        for (LoraModule module : file.modules()) {
          assertThat(factor(packed, file, module.layer(), module.module())).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void pack_anyAdapter_takesItsBytesUntilItsLastHolderLetsGo() {
    try (AdapterFile file = open("pattern")) {
      PackedAdapter packed = packer.pack("p", file);
      assertThat(memory.allocatedBytes()).isEqualTo(packed.bytes());
      assertThat(packed.weights().byteSize()).isEqualTo(packed.bytes());
      assertThat(packed.weights().address() % 64).isZero();
      assertThat(packed.tryRetain()).isTrue();
      assertThat(packed.holders()).isEqualTo(2);

      packed.release();
      assertThat(memory.allocatedBytes()).isEqualTo(packed.bytes());
      packed.release();

      assertThat(memory.allocatedBytes()).isZero();
      assertThat(packed.tryRetain()).isFalse();
      assertThatIllegalStateException()
          .isThrownBy(packed::weights)
          .withMessage("adapter p is freed");
      assertThatIllegalStateException()
          .isThrownBy(packed::release)
          .withMessage("adapter p was let go once too often");
      assertThat(packed.layout().rank()).as("the layout outlives it").isEqualTo(20);
    }
  }

  @Test
  void rows_areTheLargestRankOfTheGroup() {
    try (AdapterFile file = open("pattern")) {
      PackedAdapter packed = packer.pack("p", file);
      assertThat(packed.layout().rows(ModuleGroup.ATTENTION)).isEqualTo(20);
      assertThat(packed.layout().rows(ModuleGroup.MLP)).isEqualTo(8);
    }
    assertThat(SmallAdapters.attention("a", 1, 3).layout().rows(ModuleGroup.MLP)).isZero();
  }

  @Test
  void windowShape_everyModule_hasAPlaceOfItsOwn() {
    for (ModuleGroup group : ModuleGroup.values()) {
      WindowShape shape = new WindowShape(MODEL, group);
      int offset = 0;
      for (LinearModule module : group.modules()) {
        assertThat(shape.offsetOfA(module)).isEqualTo(offset);
        assertThat(shape.offsetOfB(module)).isEqualTo(offset + MODEL.inputSize(module));
        offset += MODEL.inputSize(module) + MODEL.outputSize(module);
      }
      assertThat(shape.layerElements()).isEqualTo(offset);
      assertThat(shape.rowElements()).isGreaterThanOrEqualTo(offset * MODEL.layers());
      assertThat(shape.rowElements() % 32).as("an odd number of cache lines").isEqualTo(16);
    }
  }

  private static void checkA(PackedAdapter packed, AdapterLayout.Block block, LoraModule module) {
    float[] a = TensorReader.floats(module.a());
    for (int i = 0; i < a.length; i++) {
      assertThat(at(packed, block.offset() + i)).isEqualTo(a[i]);
    }
  }

  private static void checkB(PackedAdapter packed, AdapterLayout.Block block, LoraModule module) {
    float[] b = TensorReader.floats(module.b());
    int rank = module.rank();
    int outputs = b.length / rank;
    long start = block.offset() + module.a().elements();
    for (int o = 0; o < outputs; o++) {
      for (int r = 0; r < rank; r++) {
        float effective = at(packed, start + (long) r * outputs + o) * packed.layout().scaling();
        float wanted = b[o * rank + r] * module.scaling();
        assertThat(Math.abs(effective - wanted)).isLessThanOrEqualTo(Math.abs(wanted) * 3e-7f);
      }
    }
  }

  /** By what the first number of a module's B was multiplied. */
  private static float factor(
      PackedAdapter packed, AdapterFile file, int layer, LinearModule module) {
    for (int i = 0; i < packed.layout().blocks().size(); i++) {
      AdapterLayout.Block block = packed.layout().blocks().get(i);
      if (block.layer() == layer && block.module() == module) {
        float[] b = TensorReader.floats(file.modules().get(i).b());
        return at(packed, block.offset() + (long) block.rank() * MODEL.inputSize(module)) / b[0];
      }
    }
    throw new AssertionError("no %s in layer %d".formatted(module, layer));
  }

  private static float at(PackedAdapter packed, long index) {
    return FakeAdapterDevice.element(packed.weights(), index);
  }

  private static AdapterFile open(String name) {
    return AdapterFile.open(FixtureFiles.fixture(LlamaAdapters.LLAMA + "/" + name), MODEL);
  }
}
