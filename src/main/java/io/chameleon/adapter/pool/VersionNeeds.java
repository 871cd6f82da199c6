package io.chameleon.adapter.pool;

/**
 * Sequences that have a version pinned.
 *
 * @param running those to which it is lent
 * @param waiting those that wait, for it or for anything else
 */
public record VersionNeeds(int running, int waiting) {

  /** Of a version that nobody needs. */
  public static final VersionNeeds NONE = new VersionNeeds(0, 0);

  /** Whether nobody needs it. */
  public boolean isNone() {
    return running == 0 && waiting == 0;
  }
}
