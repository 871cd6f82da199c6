package io.chameleon.model;

/**
 * The shape of a dense decoder of the Llama kind: Llama, Mistral, Qwen2, Qwen3.
 *
 * @param modelType {@code model_type} of the checkpoint
 * @param layers number of decoder layers
 * @param hiddenSize width of the residual stream
 * @param heads query heads
 * @param kvHeads key and value heads; divides {@code heads}
 * @param headSize size of a head, even
 * @param intermediateSize width of the MLP
 * @param vocabularySize rows of the embedding
 * @param contextLength most tokens of a sequence
 * @param rmsNormEpsilon added to the mean square in RMSNorm
 * @param rope rotary embedding
 * @param tiedEmbeddings whether the head is the embedding
 * @param qkvBias whether q, k and v have biases
 * @param outputBias whether o has a bias
 * @param mlpBias whether gate, up and down have biases
 * @param qkNorm whether q and k heads are RMS-normalised before RoPE
 */
public record ModelConfig(
    String modelType,
    int layers,
    int hiddenSize,
    int heads,
    int kvHeads,
    int headSize,
    int intermediateSize,
    int vocabularySize,
    int contextLength,
    double rmsNormEpsilon,
    RopeConfig rope,
    boolean tiedEmbeddings,
    boolean qkvBias,
    boolean outputBias,
    boolean mlpBias,
    boolean qkNorm) {

  public ModelConfig {
    requirePositive("layers", layers);
    requirePositive("hiddenSize", hiddenSize);
    requirePositive("heads", heads);
    requirePositive("kvHeads", kvHeads);
    requirePositive("headSize", headSize);
    requirePositive("intermediateSize", intermediateSize);
    requirePositive("vocabularySize", vocabularySize);
    requirePositive("contextLength", contextLength);
    if (heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "%d heads cannot share %d kvHeads evenly".formatted(heads, kvHeads));
    }
    if (headSize % 2 != 0) {
      throw new IllegalArgumentException("headSize is %d; must be even".formatted(headSize));
    }
  }

  /** Input features of a module. */
  public int inputSize(LinearModule module) {
    return switch (module) {
      case Q, K, V, GATE, UP -> hiddenSize;
      case O -> heads * headSize;
      case DOWN -> intermediateSize;
    };
  }

  /** Output features of a module. */
  public int outputSize(LinearModule module) {
    return switch (module) {
      case Q -> heads * headSize;
      case K, V -> kvHeads * headSize;
      case O, DOWN -> hiddenSize;
      case GATE, UP -> intermediateSize;
    };
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is %d; must be over 0".formatted(name, value));
    }
  }
}
