package io.dflockd.client.internal.lock;

import io.dflockd.client.LossReason;
import io.dflockd.client.internal.loop.CallbackTask;
import io.dflockd.client.internal.loop.ClientLoop;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The states of a {@link Holding}, which changes them. {@link Suspension} is one of them. */
sealed interface HoldingState permits HoldingState.Owned, Suspension, HoldingState.Released, HoldingState.Lost {

    /** The server has it for us. */
    enum Owned implements HoldingState {
        /** The owner of the handle has it. */
        HELD,
        /** The owner has released it, and its at-least is not over. */
        KEPT
    }

    /**
     * Its owner has released it, or it was kept until its at-least was over or its connection ended. The future tells whether the
     * server confirmed; it is completed on the event loop and runs no code of callers.
     */
    final class Released extends CompletableFuture<Boolean> implements HoldingState {

        private final @Nullable CompletableFuture<Boolean> callersView;
        private final boolean onlySent;

        /**
         * Not answered yet. The caller's own future, if there is one, is completed as those of all callers; if the release is only
         * sent, nobody waits for it.
         */
        Released(@Nullable CompletableFuture<Boolean> callersView, boolean onlySent) {
            this.callersView = onlySent ? null : callersView;
            this.onlySent = onlySent;
        }

        boolean isOnlySent() {
            return onlySent;
        }

        boolean isSeenBy(CompletableFuture<Boolean> view) {
            return callersView == view;
        }

        void answered(boolean confirmed, ClientLoop loop) {
            if (complete(confirmed) && callersView != null) {
                loop.callBack(new CallbackTask() {
                    @Override
                    protected void call() {
                        callersView.complete(confirmed);
                    }
                });
            }
        }
    }

    record Lost(LossReason reason) implements HoldingState {}
}
