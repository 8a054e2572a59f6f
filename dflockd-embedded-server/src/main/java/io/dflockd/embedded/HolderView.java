package io.dflockd.embedded;

import java.time.Duration;

/**
 * One granted slot.
 *
 * @param key what is held
 * @param token the token of the grant
 * @param connectionId the connection that acquired it, which may be gone if auto-release is off
 * @param fence the number of the grant, counted in every generation
 * @param remainingLease the time until the lease ends; negative if it has ended and no sweep has come by
 */
public record HolderView(String key, String token, long connectionId, long fence, Duration remainingLease) {}
