/** The protocol as bytes and values: what may be sent, how requests are written, how answers are read. No I/O. */
@NullMarked
package io.dflockd.client.internal.wire;

import org.jspecify.annotations.NullMarked;
