/** The client, assembled from its parts. Not API: everything below {@code internal} may change at any time. */
@NullMarked
package io.dflockd.client.internal;

import org.jspecify.annotations.NullMarked;
