package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.ServerAddress;

/** Where the embedded server listens; exists only where its jar is on the class path. */
@FunctionalInterface
interface EmbeddedDflockd {

    ServerAddress address();
}
