package io.dflockd.client.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.SubscriptionListener.GapReason;
import io.dflockd.client.internal.net.ServerEnd;
import org.junit.jupiter.api.Test;

class ServerStateTests {

    private final ServerState state = new ServerState(ServerEnd.ADDRESS);

    @Test
    void firstConfirmationIsNoGap() {
        ServerState.Confirmation confirmation = state.confirm(GapReason.RECONNECTED);
        assertThat(confirmation).isNotNull();
        assertThat(confirmation.again()).isFalse();
        assertThat(confirmation.afterProblem()).isFalse();
        assertThat(state.confirm(GapReason.RECONNECTED)).isNull();
        assertThat(state.isConnected()).isTrue();
    }

    @Test
    void confirmationOnANewConnectionIsAGap() {
        state.confirm(GapReason.RECONNECTED);
        assertThat(state.disconnect(new ConnectionClosedException("reset"))).isTrue();
        assertThat(state.disconnect(new ConnectionClosedException("reset"))).isFalse();
        assertThat(state.snapshot().problem()).isEqualTo("reset");
        ServerState.Confirmation again = state.confirm(GapReason.STOOD_STILL);
        assertThat(again).isEqualTo(new ServerState.Confirmation(true, false, GapReason.STOOD_STILL));
        assertThat(state.snapshot().problem()).isNull();
    }

    @Test
    void fullBufferIsTheReasonOfTheGap() {
        state.confirm(GapReason.RECONNECTED);
        assertThat(state.leaveBecauseFull()).isTrue();
        assertThat(state.leaveBecauseFull()).isFalse();
        assertThat(state.snapshot().problem()).contains("buffer");
        assertThat(state.confirm(GapReason.RECONNECTED))
                .isEqualTo(new ServerState.Confirmation(true, false, GapReason.OVERFLOWED));
        state.disconnect(null);
        assertThat(state.confirm(GapReason.RECONNECTED))
                .isEqualTo(new ServerState.Confirmation(true, false, GapReason.RECONNECTED));
    }

    @Test
    void sameCauseIsReportedOnceUntilAConfirmation() {
        assertThat(state.refuse(new ServerUnreachableException("a"))).isTrue();
        assertThat(state.refuse(new ServerUnreachableException("a"))).isFalse();
        assertThat(state.refuse(new ServerUnreachableException("b"))).isTrue();
        assertThat(state.refuse(new ServerUnreachableException("a"))).isFalse();
        assertThat(state.snapshot().problem()).isEqualTo("a");
        assertThat(state.confirm(GapReason.RECONNECTED))
                .isEqualTo(new ServerState.Confirmation(false, true, GapReason.RECONNECTED));
        state.disconnect(null);
        assertThat(state.refuse(new ServerUnreachableException("a"))).isTrue();
    }

    @Test
    void causesThatAlwaysDifferAreNotReportedForEver() {
        int reported = 0;
        for (int i = 0; i < 1000; i++) {
            reported += state.refuse(new ServerUnreachableException("attempt " + i)) ? 1 : 0;
        }
        assertThat(reported).isEqualTo(16);
        assertThat(state.snapshot().problem()).isEqualTo("attempt 999");
    }
}
