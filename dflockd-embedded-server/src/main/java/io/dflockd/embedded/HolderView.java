package io.dflockd.embedded;

import java.time.Duration;

/**
 * One granted slot.
 *
 * @param key the key, decoded as UTF-8
 * @param token the token of the grant
 * @param connectionId the connection that acquired it; it may be closed if auto-release is off
 * @param fence the number of the grant, counted in every generation, also where answers do not show it
 * @param remainingLease the time until the lease ends; negative if it has ended and no sweep has removed the holder yet
 */
public record HolderView(String key, String token, long connectionId, long fence, Duration remainingLease) {}
