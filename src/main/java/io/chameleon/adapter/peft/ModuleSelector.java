package io.chameleon.adapter.peft;

import io.chameleon.model.LinearModule;
import java.util.Arrays;
import java.util.Set;

/**
 * How a PEFT configuration picks modules: by names, by one expression, or by the word all-linear.
 */
sealed interface ModuleSelector {

  /** Every linear module save the head. */
  record AllLinear() implements ModuleSelector {

    @Override
    public boolean matches(String module) {
      return Arrays.stream(LinearModule.values())
          .anyMatch(linear -> module.endsWith("." + linear.path()));
    }
  }

  /** Modules whose whole name an expression matches. */
  record Expression(PythonPattern pattern) implements ModuleSelector {

    @Override
    public boolean matches(String module) {
      return pattern.matchesAll(module);
    }
  }

  /** Modules of these names, or whose name ends with a dot and one of them. */
  record Names(Set<String> names) implements ModuleSelector {

    @Override
    public boolean matches(String module) {
      return namesWhole(module) || namesEnd(module);
    }

    boolean namesWhole(String module) {
      return names.contains(module);
    }

    private boolean namesEnd(String module) {
      for (int dot = module.indexOf('.'); dot >= 0; dot = module.indexOf('.', dot + 1)) {
        if (names.contains(module.substring(dot + 1))) {
          return true;
        }
      }
      return false;
    }
  }

  /** Whether the module of this name, for example {@code model.layers.0.mlp.up_proj}, is picked. */
  boolean matches(String module);
}
