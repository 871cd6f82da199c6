package io.chameleon.serving;

import java.util.List;

/** Which names can be asked for. */
public interface ServedModels {

  /** The base model first, then every adapter that is served, by name. */
  List<ServedModel> all();

  /**
   * The model of this name; {@code base:adapter} is understood too.
   *
   * @throws io.chameleon.request.UnknownModelException if there is none
   * @throws io.chameleon.request.AdapterRefusedException if it is an adapter that was refused
   */
  ServedModel find(String name);
}
