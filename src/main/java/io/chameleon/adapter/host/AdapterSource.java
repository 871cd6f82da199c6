package io.chameleon.adapter.host;

import io.chameleon.adapter.catalogue.AdapterVersion;
import java.io.IOException;

/** Where the weights of adapters come from. Slow, and called by many loader threads at once. */
@FunctionalInterface
public interface AdapterSource {

  /**
   * Reads, checks and packs a version, and identifies it.
   *
   * @return held once, by the caller
   * @throws io.chameleon.adapter.peft.InvalidAdapterException if its content is bad or has changed;
   *     asking again is of no use before the folder changes
   * @throws IOException if it could not be read this time
   */
  PackedAdapter read(AdapterVersion version) throws IOException;
}
