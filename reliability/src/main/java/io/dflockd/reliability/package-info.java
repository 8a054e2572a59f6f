/**
 * The reliability run: worker processes lock on servers through relays while connections, servers and processes fail, and a
 * checker compares what they wrote down with what is promised.
 */
@NullMarked
package io.dflockd.reliability;

import org.jspecify.annotations.NullMarked;
