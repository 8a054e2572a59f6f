/** Locks that are owned by threads, on top of handles. */
@NullMarked
package io.dflockd.client.internal.reentrant;

import org.jspecify.annotations.NullMarked;
