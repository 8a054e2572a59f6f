/** Leader elections, on top of locks and handles. */
@NullMarked
package io.dflockd.client.internal.leader;

import org.jspecify.annotations.NullMarked;
