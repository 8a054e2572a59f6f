package io.dflockd.client.internal.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Resolves host names. May block; called off the event loop. */
@FunctionalInterface
public interface HostResolver {

    /**
     * Resolves a name.
     *
     * @return at least one address
     * @throws UnknownHostException if the name is unknown
     */
    InetAddress[] resolve(String host) throws UnknownHostException;
}
