/** Placeholder. */
@NullMarked
package io.dflockd.client;

import org.jspecify.annotations.NullMarked;
