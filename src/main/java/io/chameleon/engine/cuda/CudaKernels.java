package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaException;
import io.chameleon.engine.cuda.driver.CudaModule;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.engine.cuda.driver.Nvrtc;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernels, compiled for a model and a device. A text that does not compile is logged and left
 * out; what it would do is done by its twin.
 */
final class CudaKernels implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CudaKernels.class);

  private final Map<KernelText, CudaModule> modules = new EnumMap<>(KernelText.class);

  private CudaKernels() {}

  /**
   * Compiles all texts but some.
   *
   * @param off texts to leave out
   */
  static CudaKernels compile(CudaContext context, DeviceModel model, Set<KernelText> off) {
    CudaKernels kernels = new CudaKernels();
    Optional<Nvrtc> compiler = Nvrtc.find();
    if (compiler.isEmpty()) {
      log.warn("NVRTC is not to be found: libtorch's operators stand in for all kernels");
      return kernels;
    }
    for (KernelText text : KernelText.values()) {
      if (!off.contains(text)
          && text.suits(model, context.capability(), context.sharedMemoryBytes())) {
        kernels.add(text, context, compiler.get(), options(text, context.capability(), model));
      }
    }
    return kernels;
  }

  private void add(KernelText text, CudaContext context, Nvrtc compiler, List<String> options) {
    try {
      byte[] code = compiler.compile(source(text), text.fileName() + ".cu", options);
      modules.put(text, new CudaModule(context, code));
    } catch (CudaException e) {
      log.warn(
          "The kernels of {}.cu are not used; libtorch's operators stand in for them: {}",
          text.fileName(),
          e.getMessage());
    }
  }

  /** What a text is compiled with for a model. */
  static List<String> options(KernelText text, int capability, DeviceModel model) {
    ModelConfig config = model.config();
    return List.of(
        "--gpu-architecture=" + text.architecture(capability),
        "-std=c++17",
        "-DELEM_BF16=" + (model.numbers() == ElementType.BF16 ? 1 : 0),
        "-DHEADS=" + config.heads(),
        "-DKV_HEADS=" + config.kvHeads(),
        "-DHEAD_SIZE=" + config.headSize());
  }

  /** The whole of a text. */
  static String source(KernelText text) {
    String shared = read("common.cuh") + "\n";
    String groups = text.usesWarpgroups() ? read("warpgroup.cuh") + "\n" : "";
    return shared + groups + read(text.fileName() + ".cu");
  }

  private static String read(String name) {
    String path = "/cuda/" + name;
    try (InputStream in = CudaKernels.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a text's kernels are there. */
  boolean has(KernelText text) {
    return modules.containsKey(text);
  }

  /** A kernel; only of a text that is there. */
  Kernel kernel(KernelText text, String name, int... argumentBytes) {
    CudaModule module = modules.get(text);
    if (module == null) {
      throw new IllegalStateException("no kernels of " + text);
    }
    return module.kernel(name, argumentBytes);
  }

  @Override
  public void close() {
    modules.values().forEach(CudaModule::close);
  }
}
