package io.chameleon.adapter.peft;

import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * All that a description depends on: two folders of the same key have the same description.
 *
 * @param header JSON of the weights' header
 * @param fileBytes length of the weights' file
 */
record DescriptionKey(byte[] config, byte[] header, long fileBytes) {

  /** Bytes that it holds. */
  int size() {
    return config.length + header.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DescriptionKey key
        && fileBytes == key.fileBytes
        && Arrays.equals(config, key.config)
        && Arrays.equals(header, key.header);
  }

  /** Fast even before it is compiled, which at a start it is not. */
  @Override
  public int hashCode() {
    CRC32 sum = new CRC32();
    sum.update(config);
    sum.update(header);
    return Long.hashCode(sum.getValue());
  }
}
