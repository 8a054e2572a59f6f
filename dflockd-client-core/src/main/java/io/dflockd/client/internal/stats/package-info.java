/** Asking servers for their {@code stats} and reading the answer. */
@NullMarked
package io.dflockd.client.internal.stats;

import org.jspecify.annotations.NullMarked;
