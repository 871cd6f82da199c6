package io.chameleon.request;

/** An adapter was to be loaded under a name that stands for another one. */
public class AdapterNameTakenException extends RuntimeException {

  private final String adapter;

  public AdapterNameTakenException(String adapter) {
    super(
        "The name `%s` is taken; ask to replace what it stands for, or unload that first."
            .formatted(adapter));
    this.adapter = adapter;
  }

  public String adapter() {
    return adapter;
  }
}
