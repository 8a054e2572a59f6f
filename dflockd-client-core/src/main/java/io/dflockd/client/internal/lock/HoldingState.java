package io.dflockd.client.internal.lock;

import io.dflockd.client.LossReason;
import java.util.concurrent.CompletableFuture;

/** The states of a {@link Holding}, which changes them. */
sealed interface HoldingState {

    /** The server has it for us. */
    enum Owned implements HoldingState {
        /** The owner of the handle has it. */
        HELD,
        /** The owner has released it, and its at-least is not over. */
        KEPT
    }

    /** Its owner has released it, or it was kept until its at-least was over or its connection ended. */
    record Released(CompletableFuture<Boolean> confirmed) implements HoldingState {}

    record Lost(LossReason reason) implements HoldingState {}
}
