package io.dflockd.client.protocol;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A grant of the server.
 *
 * @param token the server's identifier of the grant, which releases and renews it
 * @param lease the time after which it ends unless it is renewed; 30 s if the server named none
 * @param fence the fence number, unsigned; empty if the server issues none
 */
public record Grant(String token, Duration lease, OptionalLong fence) {}
