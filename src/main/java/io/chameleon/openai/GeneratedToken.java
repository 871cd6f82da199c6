package io.chameleon.openai;

import io.chameleon.request.TokenEvent;

/**
 * A token whose log-probability is to be reported.
 *
 * @param textOffset characters (code points) of the choice's text before this token
 */
record GeneratedToken(TokenEvent.Token token, int textOffset) {}
