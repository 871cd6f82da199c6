/** What is in an adapter folder: PEFT configuration and weights, understood or refused. */
@NullMarked
package io.chameleon.adapter.peft;

import org.jspecify.annotations.NullMarked;
