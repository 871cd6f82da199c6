package io.chameleon.serving;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which names can be asked for. */
public interface ServedModels {

  /** The base model first, then every adapter that is served, by name. */
  List<ServedModel> all();

  /**
   * The model of this name; {@code base:adapter} is understood too.
   *
   * @throws io.chameleon.request.UnknownModelException if there is none
   * @throws io.chameleon.request.AdapterRefusedException if it is an adapter that was refused
   * @throws io.chameleon.request.ServiceUnavailableException if it is an adapter that may still be
   *     being copied
   */
  ServedModel find(String name);

  /**
   * The model of this name, for a request.
   *
   * @param tenant who asks, or null for nobody in particular
   * @throws io.chameleon.request.AdapterForbiddenException if it is an adapter that this tenant may
   *     not use
   * @throws RuntimeException as {@link #find(String)}
   */
  ServedModel find(String name, @Nullable String tenant);
}
