package io.chameleon.adapter;

/** An adapter on the device, as batches name it. */
public interface ResidentAdapter {

  /** The name under which requests ask for it. */
  String name();
}
