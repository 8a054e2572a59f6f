/** Auto-configuration of leader elections. */
@NullMarked
package io.dflockd.spring.boot.autoconfigure.leader;

import org.jspecify.annotations.NullMarked;
