/** Server and worker processes, and the relays between them. */
@NullMarked
package io.dflockd.reliability.process;

import org.jspecify.annotations.NullMarked;
