package io.dflockd.client.internal.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Resolves host names. May block; called off the event loop. */
@FunctionalInterface
public interface HostResolver {

    /** Resolves a name to at least one address. */
    InetAddress[] resolve(String host) throws UnknownHostException;
}
