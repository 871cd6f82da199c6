package io.chameleon.text;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How conversations become tokens.
 *
 * @param parseSpecialInContent whether text in a message that spells a special token becomes that
 *     token; whoever writes a message could then write turns and roles too
 */
@ConfigurationProperties("chameleon.chat")
public record ChatProperties(@DefaultValue("false") boolean parseSpecialInContent) {}
