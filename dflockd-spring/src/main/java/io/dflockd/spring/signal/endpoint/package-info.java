/**
 * From an endpoint, which says what is to be called for which channels, to its running container: registrar, registry and
 * container factory.
 */
@NullMarked
package io.dflockd.spring.signal.endpoint;

import org.jspecify.annotations.NullMarked;
