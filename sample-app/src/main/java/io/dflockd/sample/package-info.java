/** A web application that shows what the starter does. */
@NullMarked
package io.dflockd.sample;

import org.jspecify.annotations.NullMarked;
