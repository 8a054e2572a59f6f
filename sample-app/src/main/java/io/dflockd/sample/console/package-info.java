/** The live console on the front page: servers, keys, handles and events, and buttons to change them. */
@NullMarked
package io.dflockd.sample.console;

import org.jspecify.annotations.NullMarked;
