package io.dflockd.client.protocol;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What the server granted.
 *
 * @param token the server's name for the grant; it releases and renews it
 * @param lease how long it lasts unless renewed; 30 s where the server named none
 * @param fence the fence number, unsigned; empty where the server issues none
 */
public record Grant(String token, Duration lease, OptionalLong fence) {}
