package io.chameleon.adapter.host;

import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.catalogue.VersionReader;
import io.chameleon.adapter.peft.AdapterFile;
import java.io.IOException;

/** Weights from the adapters' folders, on whatever file system they lie. */
public final class FolderSource implements AdapterSource {

  private final VersionReader reader;
  private final AdapterPacker packer;

  public FolderSource(VersionReader reader, AdapterPacker packer) {
    this.reader = reader;
    this.packer = packer;
  }

  @Override
  public PackedAdapter read(AdapterVersion version) throws IOException {
    try (AdapterFile file = reader.open(version)) {
      return packer.pack(file.contentHash(), file);
    }
  }
}
