/**
 * What is asked of a server and when: published traces, laws that are fitted to them, and the
 * recording of a service's own traffic. Chance comes in by seed and time is that of the requests,
 * so that the same specification gives the same requests.
 */
@NullMarked
package io.chameleon.workload;

import org.jspecify.annotations.NullMarked;
