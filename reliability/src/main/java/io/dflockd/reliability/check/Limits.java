package io.dflockd.reliability.check;

import java.time.Duration;
import java.util.Set;

/**
 * What a run admits. To each of the times the checker adds for how long the process demonstrably stood still.
 *
 * @param permits how many may hold a resource whose name begins with {@code semaphore}; all others have one holder
 * @param prompt within which a process notices the end of its connection; the next holder may begin before that
 * @param unnoticed for how long a process may believe in a lock after a failure that it cannot see
 * @param lossDelay within which the listener of a loss is called
 * @param callDelay by which a call may be longer than its limit
 * @param seenFaults the failures that end connections, where both sides see it, or that let a server forget its locks
 * @param unseenFaults the failures after which the server frees locks and the client cannot see it
 * @param silentFaults the failures during which nothing arrives; a client cannot see the others meanwhile
 * @param stopFaults the failures during which the process stands still
 * @param fencesOutliveServers whether a server that was restarted goes on with its fences
 */
public record Limits(
        int permits,
        Duration prompt,
        Duration unnoticed,
        Duration lossDelay,
        Duration callDelay,
        Set<String> seenFaults,
        Set<String> unseenFaults,
        Set<String> silentFaults,
        Set<String> stopFaults,
        boolean fencesOutliveServers) {}
