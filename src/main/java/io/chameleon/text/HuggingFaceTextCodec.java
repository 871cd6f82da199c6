package io.chameleon.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.chameleon.model.InvalidFileException;
import io.chameleon.request.InvalidRequestException;
import io.chameleon.text.ContentGuard.Guarded;
import io.chameleon.text.TokenizerFile.Decoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The codec of a Hugging Face model folder: tokenizer.json, with the chat template of
 * chat_template.jinja or tokenizer_config.json. A folder without a chat template serves plain
 * prompts only.
 */
public final class HuggingFaceTextCodec implements TextCodec, AutoCloseable {

  private static final Pattern BYTE_PIECE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");

  /** Off, since the library would cut texts at 512 tokens. */
  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false");

  private final TokenizerFile file;

  static {
    // Where there is a GPU, DJL would fetch a build of the tokenizers for it, for which they have
    // no
    // use; a host without a network could not serve then.
    if (System.getenv("RUST_FLAVOR") == null && System.getProperty("RUST_FLAVOR") == null) {
      System.setProperty("RUST_FLAVOR", "cpu");
    }
  }

  private final HuggingFaceTokenizer tokenizer;
  private final BitSet special = new BitSet();
  private final BitSet addedIds = new BitSet();
  private final @Nullable Chat chat;

  /** The model's token ids, where it has more than the tokenizer. */
  private final int modelTokens;

  /** What it takes to encode conversations. */
  private record Chat(
      ChatTemplate template, ContentGuard guard, GuardedEncoder encoder, boolean parseSpecial) {}

  private HuggingFaceTextCodec(
      TokenizerFile file, TokenizerConfigFile config, boolean parseSpecial, Clock clock)
      throws IOException {
    this.file = file;
    this.modelTokens = file.pieces().size();
    for (AddedToken token : file.added()) {
      addedIds.set(token.id());
      special.set(token.id(), token.special());
    }
    String source = config.chatTemplate();
    ChatTemplate template =
        source == null ? null : new ChatTemplate(source, config.specialTokens(), clock);
    tokenizer = HuggingFaceTokenizer.newInstance(file.path(), OPTIONS);
    if (source == null || template == null) {
      chat = null;
    } else {
      ContentGuard guard = new ContentGuard(file.added(), source);
      GuardedEncoder encoder = new GuardedEncoder(file, guard, tokenizer);
      chat = new Chat(template, guard, encoder, parseSpecial);
    }
  }

  private HuggingFaceTextCodec(HuggingFaceTextCodec of, int modelTokens) {
    this.file = of.file;
    this.tokenizer = of.tokenizer;
    this.special.or(of.special);
    this.addedIds.or(of.addedIds);
    this.chat = of.chat;
    this.modelTokens = modelTokens;
  }

  /**
   * The same for a model with so many token ids. One that the tokenizer lacks has a text all the
   * same: U+FFFD and its number, as in {@code �<31999>}. Either of the two frees what both hold.
   */
  public HuggingFaceTextCodec forModel(int vocabularySize) {
    return new HuggingFaceTextCodec(this, vocabularySize);
  }

  /**
   * Opens a model folder.
   *
   * @param parseSpecial whether special tokens spelled in messages are parsed: the property {@code
   *     chameleon.chat.parse-special-in-content}; false keeps users from forging turns
   * @param clock time and zone that templates may print
   * @throws java.nio.file.NoSuchFileException if the folder has no tokenizer.json
   * @throws InvalidFileException if the tokenizer or the chat template cannot be read
   */
  public static HuggingFaceTextCodec open(Path folder, boolean parseSpecial, Clock clock)
      throws IOException {
    try {
      TokenizerFile file = TokenizerFile.read(folder);
      TokenizerConfigFile config = TokenizerConfigFile.read(folder);
      return new HuggingFaceTextCodec(file, config, parseSpecial, clock);
    } catch (UnsupportedTemplateException e) {
      throw new InvalidFileException(
          "the chat template of %s cannot be read: %s".formatted(folder, e.getMessage()), e);
    } catch (RuntimeException e) { // of the JSON parser, or of the native tokenizer
      throw new InvalidFileException(
          "the tokenizer of %s cannot be read: %s".formatted(folder, e.getMessage()), e);
    }
  }

  static HuggingFaceTokenizer tokenizer(String json) throws IOException {
    return HuggingFaceTokenizer.newInstance(
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), OPTIONS);
  }

  @Override
  public int[] encodeChat(List<ChatMessage> messages) {
    return encodeChat(messages, true);
  }

  /** Encodes a conversation, with or without the beginning of an answer. */
  int[] encodeChat(List<ChatMessage> messages, boolean addGenerationPrompt) {
    if (chat == null) {
      throw new InvalidRequestException(
          "messages",
          "the model has no chat template (chat_template.jinja, or chat_template in"
              + " tokenizer_config.json); use /v1/completions");
    }
    if (messages.isEmpty()) {
      throw new InvalidRequestException(
          "messages", "messages has 0 entries; it must have at least 1");
    }
    List<ChatMessage> turns = messages.stream().map(HuggingFaceTextCodec::turn).toList();
    if (chat.parseSpecial()) {
      return encode(chat.template().render(turns, addGenerationPrompt), false);
    }
    Guarded guarded = chat.guard().guard(turns);
    String rendered = chat.template().render(guarded.messages(), addGenerationPrompt);
    return guarded.hidden().isEmpty()
        ? encode(rendered, false)
        : chat.encoder().encode(rendered, guarded);
  }

  private static ChatMessage turn(ChatMessage message) {
    String role = message.role().equals("developer") ? "system" : message.role();
    return new ChatMessage(role, wellFormed(message.content()));
  }

  @Override
  public int[] encodePrompt(String prompt) {
    return encode(wellFormed(prompt), true);
  }

  /** The text with U+FFFD for halves of surrogate pairs, which JSON can carry but UTF-8 cannot. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
  }

  /** Encodes a text; special tokens in it are parsed. */
  int[] encode(String text, boolean addSpecialTokens) {
    long[] ids = tokenizer.encode(text, addSpecialTokens, false).getIds();
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }

  /** The text of an answer at once. */
  String decode(int[] tokens, boolean skipSpecialTokens) {
    return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), skipSpecialTokens);
  }

  @Override
  public TokenDecoder newDecoder() {
    TokenDecoder decoder =
        file.decoding() == Decoding.BYTE_LEVEL
            ? new ByteLevelDecoder(special::get, this::tokenBytes)
            : new WindowDecoder(special::get, ids -> tokenizer.decode(ids, true));
    return new NamelessTokens(this::isNameless, decoder);
  }

  /** Whether the model has this id and the tokenizer does not. */
  private boolean isNameless(int token) {
    return token >= 0 && token < modelTokens && piece(token) == null;
  }

  private @Nullable String piece(int token) {
    return token < 0 || token >= file.pieces().size() ? null : file.pieces().get(token);
  }

  @Override
  public byte[] tokenBytes(int token) {
    String piece = piece(token);
    if (piece == null) {
      return isNameless(token)
          ? NamelessTokens.text(token).getBytes(StandardCharsets.UTF_8)
          : new byte[0];
    }
    if (file.decoding() == Decoding.BYTE_LEVEL) {
      return ByteLevelAlphabet.bytes(piece);
    }
    Matcher byteValue = BYTE_PIECE.matcher(piece);
    if (byteValue.matches()) {
      return new byte[] {(byte) Integer.parseInt(byteValue.group(1), 16)};
    }
    boolean boundary = file.decoding() == Decoding.WORD_BOUNDARY && !addedIds.get(token);
    return (boundary ? piece.replace('\u2581', ' ') : piece).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int vocabularySize() {
    return modelTokens;
  }

  /** Frees the native tokenizers; no call may follow. */
  @Override
  public void close() {
    if (chat != null) {
      chat.encoder().close();
    }
    tokenizer.close();
  }
}
