/** A process that uses the client and writes down what it believes. */
@NullMarked
package io.dflockd.reliability.worker;

import org.jspecify.annotations.NullMarked;
