/** The load driver: the same acquire and release pairs by the client and by bare sockets, in turns. */
@NullMarked
package io.dflockd.benchmarks.load;

import org.jspecify.annotations.NullMarked;
