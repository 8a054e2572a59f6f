package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.ServerAddress;

/** The address of the embedded server, if its jar is on the class path. */
@FunctionalInterface
interface EmbeddedDflockd {

    ServerAddress address();
}
