package io.chameleon.adapter.catalogue;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a name stood for at one time: the content of a folder. A name points to one version, and to
 * another one when the content changes; who has begun with a version ends with it. Its identity is
 * its content hash, which is known once its weights have been read. Safe for use by many threads;
 * two versions are the same only if they are the same object.
 */
public final class AdapterVersion {

  private final String name;
  private final Path folder;
  private final AdapterShape shape;
  private final AdapterSettings settings;
  private final FolderStamp stamp;
  private final VersionUsage usage = new VersionUsage();
  private volatile @Nullable String contentHash;

  /**
   * A version whose weights have not been read yet.
   *
   * @param name the name that points to it
   * @param folder where its files lie
   * @param shape as the headers say
   * @param settings as its {@code chameleon.yaml} says
   */
  public AdapterVersion(String name, Path folder, AdapterShape shape, AdapterSettings settings) {
    this(name, folder, shape, settings, FolderStamp.NONE);
  }

  AdapterVersion(
      String name, Path folder, AdapterShape shape, AdapterSettings settings, FolderStamp stamp) {
    this.name = name;
    this.folder = folder;
    this.shape = shape;
    this.settings = settings;
    this.stamp = stamp;
  }

  /** The name that points, or pointed, to it. */
  public String name() {
    return name;
  }

  /** Where its files lie. */
  public Path folder() {
    return folder;
  }

  /** How large it is. */
  public AdapterShape shape() {
    return shape;
  }

  /** Who may use it, and whether it stays resident. */
  public AdapterSettings settings() {
    return settings;
  }

  /** What its folder looked like before its headers were read. */
  public FolderStamp stamp() {
    return stamp;
  }

  /** How often it was asked for, and when last. */
  public VersionUsage usage() {
    return usage;
  }

  /** Hex SHA-256 over configuration and weights, once they have been read. */
  public Optional<String> contentHash() {
    return Optional.ofNullable(contentHash);
  }

  /**
   * Its weights have been read.
   *
   * @throws IllegalStateException if it was known under another hash
   */
  public void identify(String hash) {
    String known = contentHash;
    if (known != null && !known.equals(hash)) {
      throw new IllegalStateException(
          "adapter %s is %s and cannot become %s".formatted(name, known, hash));
    }
    contentHash = hash;
  }

  @Override
  public String toString() {
    return name + "@sha256:" + (contentHash == null ? "unread" : contentHash);
  }
}
