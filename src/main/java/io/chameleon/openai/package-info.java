/** HTTP and SSE in the OpenAI form: controllers, DTO records, errors as OpenAI JSON. */
@NullMarked
package io.chameleon.openai;

import org.jspecify.annotations.NullMarked;
