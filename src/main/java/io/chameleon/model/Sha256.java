package io.chameleon.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 hash in the making. */
public final class Sha256 {

  private static final int CHUNK_BYTES = 1 << 16;
  private static final long SLICE_BYTES = 1L << 30;

  private final MessageDigest digest;

  /** The hash of nothing yet. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Lower-case hex of the hash of these bytes. */
  public static String hex(byte[] bytes) {
    return new Sha256().update(bytes).hex();
  }

  /** Adds bytes. */
  public Sha256 update(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  /** Adds mapped bytes of any length. */
  public Sha256 update(MemorySegment bytes) {
    for (long from = 0; from < bytes.byteSize(); from += SLICE_BYTES) {
      long size = Math.min(SLICE_BYTES, bytes.byteSize() - from);
      digest.update(bytes.asSlice(from, size).asByteBuffer());
    }
    return this;
  }

  /** Lower-case hex; the hash starts over. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  void updateWhileCopying(InputStream in, OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      digest.update(chunk, 0, count);
      out.write(chunk, 0, count);
    }
  }
}
