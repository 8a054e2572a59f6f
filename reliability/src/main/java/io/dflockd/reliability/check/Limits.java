package io.dflockd.reliability.check;

import java.time.Duration;
import java.util.Set;

/**
 * What a run admits.
 *
 * @param permits how many may hold a resource whose name begins with {@code semaphore}; all others have one holder
 * @param prompt within which a process notices the end of its connection; the next holder may begin before that
 * @param unnoticed for how long a process may believe in a lock after a failure that only the server can see
 * @param lossDelay within which the listener of a loss is called
 * @param stopped for how long a process is stopped that is stopped
 * @param callDelay by which a call may be longer than its limit
 * @param unseenFaults the failures that only the server can see
 * @param silentFaults the failures during which nothing arrives: there the lock must be lost before the next holder begins
 */
public record Limits(
        int permits,
        Duration prompt,
        Duration unnoticed,
        Duration lossDelay,
        Duration stopped,
        Duration callDelay,
        Set<String> unseenFaults,
        Set<String> silentFaults) {}
