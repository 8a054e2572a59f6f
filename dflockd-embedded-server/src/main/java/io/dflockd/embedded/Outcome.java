package io.dflockd.embedded;

/** What came of a request to the {@link LockTable}: a grant, a place in the queue, or a refusal. */
sealed interface Outcome permits Holder, Waiter, Refusal {}
