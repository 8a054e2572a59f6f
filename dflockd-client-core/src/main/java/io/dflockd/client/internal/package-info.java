/** The client's inside, put together. Not API: everything below {@code internal} may change at any time. */
@NullMarked
package io.dflockd.client.internal;

import org.jspecify.annotations.NullMarked;
