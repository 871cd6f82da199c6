package io.chameleon.adapter.catalogue;

/** Who knows which versions are served, and takes word of those that must not be. Thread-safe. */
public interface VersionRegistry {

  /** Whether a name stands for this version now. */
  boolean isCurrent(AdapterVersion version);

  /**
   * The content of a version is bad: it is not served from now on, until its folder changes.
   *
   * @param reason for people
   */
  void refuse(AdapterVersion version, String reason);
}
