package io.dflockd.embedded.table;

/** The result of a request to the {@link LockTable}: a grant, a place in the queue, or a refusal. */
public sealed interface Outcome permits Holder, Waiter, Refusal {}
