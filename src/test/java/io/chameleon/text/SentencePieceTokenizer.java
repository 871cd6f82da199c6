package io.chameleon.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A small tokenizer.json of the kind that Llama 2 and Mistral have: BPE over characters, words
 * begin with U+2581, bytes as a fallback.
 */
final class SentencePieceTokenizer {

  /** Ids 3 to 258 are the bytes. */
  static final int FIRST_BYTE = 3;

  static final int FIRST_PIECE = FIRST_BYTE + 256;

  private static final String[] PIECES = {
    "\u2581",
    "a",
    "b",
    "c",
    "d",
    "e",
    "h",
    "l",
    "o",
    "r",
    "w",
    ".",
    ",",
    "<",
    ">",
    "s",
    "/",
    "é",
    "he",
    "ll",
    "\u2581he",
    "\u2581hell",
    "\u2581hello",
    "or",
    "\u2581w",
    "\u2581\u2581"
  };
  private static final String[] MERGES = {
    "h e", "l l", "\u2581 he", "\u2581he ll", "\u2581hell o", "o r", "\u2581 w", "\u2581 \u2581"
  };

  private SentencePieceTokenizer() {}

  static int vocabularySize() {
    return FIRST_PIECE + PIECES.length;
  }

  /**
   * Writes the folder and opens it.
   *
   * @param prependScheme null for Llama 2's first form, which writes the word boundary by a
   *     normalizer; else the scheme of a Metaspace pre-tokenizer
   */
  static HuggingFaceTextCodec open(Path folder, String prependScheme, String template)
      throws IOException {
    ObjectNode json = DemoTokenizer.JSON.createObjectNode().put("version", "1.0");
    json.putNull("truncation").putNull("padding").putArray("added_tokens");
    int id = 0;
    for (String special : new String[] {"<unk>", "<s>", "</s>"}) {
      DemoTokenizer.addToken(json, id++, special, true);
    }
    if (prependScheme.isEmpty()) {
      ArrayNode steps =
          json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
      steps.addObject().put("type", "Prepend").put("prepend", "\u2581");
      replace(steps.addObject(), " ", "\u2581");
      json.putNull("pre_tokenizer");
    } else {
      json.putNull("normalizer");
      json.putObject("pre_tokenizer")
          .put("type", "Metaspace")
          .put("replacement", "\u2581")
          .put("prepend_scheme", prependScheme)
          .put("split", false);
    }
    json.putNull("post_processor");
    ArrayNode decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
    replace(decoders.addObject(), "\u2581", " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    model(json.putObject("model"));
    Files.writeString(
        folder.resolve("tokenizer.json"), DemoTokenizer.JSON.writeValueAsString(json));
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\": \"<s>\"}");
    Files.writeString(folder.resolve("chat_template.jinja"), template);
    return DemoTokenizer.open(folder, false);
  }

  private static void replace(ObjectNode step, String pattern, String content) {
    step.put("type", "Replace").put("content", content).putObject("pattern").put("String", pattern);
  }

  private static void model(ObjectNode model) {
    model.put("type", "BPE").putNull("dropout").put("unk_token", "<unk>");
    model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    vocabulary.put("<unk>", 0).put("<s>", 1).put("</s>", 2);
    for (int b = 0; b < 256; b++) {
      vocabulary.put("<0x%02X>".formatted(b), FIRST_BYTE + b);
    }
    for (int i = 0; i < PIECES.length; i++) {
      vocabulary.put(PIECES[i], FIRST_PIECE + i);
    }
    ArrayNode merges = model.putArray("merges");
    for (String merge : MERGES) {
      merges.add(merge);
    }
  }
}
