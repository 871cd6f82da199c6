package io.chameleon.adapter.catalogue;

import java.io.IOException;

/** The files are not those of the version any more; the next look makes another one of them. */
public final class OutdatedVersionException extends IOException {

  OutdatedVersionException(AdapterVersion version) {
    super("%s: its files changed before they were read to the end".formatted(version.name()));
  }
}
