/** The settings of a client, as its builder leaves them. */
@NullMarked
package io.dflockd.client.internal.settings;

import org.jspecify.annotations.NullMarked;
