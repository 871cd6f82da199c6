package io.chameleon.text;

/**
 * A token beside the model's own vocabulary, found in a text before anything else.
 *
 * @param content its text
 * @param special whether decoders leave it out
 * @param swallowsLeft whether white space before it belongs to it
 * @param swallowsRight whether white space after it belongs to it
 */
record AddedToken(
    int id, String content, boolean special, boolean swallowsLeft, boolean swallowsRight) {}
