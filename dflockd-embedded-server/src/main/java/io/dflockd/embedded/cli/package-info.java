/** The flags and environment variables of the program. Internal to the embedded server. */
@NullMarked
package io.dflockd.embedded.cli;

import org.jspecify.annotations.NullMarked;
