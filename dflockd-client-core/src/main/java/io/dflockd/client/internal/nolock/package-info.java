/** A client that grants everything at once and connects to no server; not for users. */
@NullMarked
package io.dflockd.client.internal.nolock;

import org.jspecify.annotations.NullMarked;
