package io.dflockd.client.internal.lock;

import io.dflockd.client.LossListener;

/**
 * A loss listener of the client's own, so that no listener of the user's delays it: it is called by the thread that reports the
 * loss, mostly the event loop. It must not block, throw, or run user code.
 */
@FunctionalInterface
public interface DirectLossListener extends LossListener {}
