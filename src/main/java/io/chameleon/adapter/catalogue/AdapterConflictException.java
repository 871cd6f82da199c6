package io.chameleon.adapter.catalogue;

/** A name that an adapter was to be loaded under stands for another one. */
public class AdapterConflictException extends RuntimeException {

  /** Names it. */
  public AdapterConflictException(String name) {
    super("There is an adapter of the name `%s` already.".formatted(name));
  }
}
