package io.dflockd.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.client.ServerAddress;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each refusal becomes, and that its text names server, subject and remedy. */
class RefusalsTests {

    private static final ServerAddress SERVER = new ServerAddress("server", 1);

    private static final Target TARGET = Target.semaphore("key", 3);

    private record Expected(Class<? extends DflockdException> type, String... texts) {}

    private static final Map<Status, Expected> EXPECTED = new EnumMap<>(Status.class);

    static {
        EXPECTED.put(Status.ERROR, new Expected(DflockdProtocolException.class, "semaphore 'key'", "plain 'error'"));
        EXPECTED.put(
                Status.ERROR_AUTH, new Expected(DflockdAuthenticationException.class, "set the client's auth token"));
        EXPECTED.put(
                Status.ERROR_MAX_LOCKS,
                new Expected(LockRejectedException.class, "semaphore 'key'", "--max-locks", "--gc-max-idle"));
        EXPECTED.put(
                Status.ERROR_MAX_WAITERS,
                new Expected(LockRejectedException.class, "semaphore 'key'", "--max-waiters"));
        EXPECTED.put(
                Status.ERROR_LIMIT_MISMATCH,
                new Expected(SemaphoreLimitMismatchException.class, "limit 3", "another limit"));
        EXPECTED.put(
                Status.ERROR_TYPE_MISMATCH,
                new Expected(LockRejectedException.class, "semaphore 'key'", "another key"));
        EXPECTED.put(Status.ERROR_ALREADY_ENQUEUED, new Expected(DflockdProtocolException.class, "already enqueued"));
        EXPECTED.put(Status.ERROR_LEASE_EXPIRED, new Expected(LockLostException.class, "'key'"));
        EXPECTED.put(Status.ERROR_DRAINING, new Expected(ConnectionClosedException.class, "shutting down"));
        EXPECTED.put(Status.ERROR_NOT_LEADER, new Expected(DflockdConnectionException.class, "not the leader"));
        for (Status unexpected : new Status[] {
            Status.OK, Status.TIMEOUT, Status.ACQUIRED, Status.QUEUED, Status.ERROR_NOT_ENQUEUED, Status.UNKNOWN
        }) {
            EXPECTED.put(unexpected, new Expected(DflockdProtocolException.class, "not in the protocol"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyStatusHasItsException(Status status) {
        String word = status == Status.UNKNOWN ? "nonsense" : status.name().toLowerCase(Locale.ROOT);
        DflockdException refusal = Refusals.of(new Reply(SERVER, word), TARGET);
        Expected expected = EXPECTED.get(status);
        assertThat(refusal).isExactlyInstanceOf(expected.type);
        assertThat(refusal.getMessage()).contains(expected.texts);
    }

    @Test
    void leaderIsNamedWhereItIsKnown() {
        assertThat(Refusals.of(new Reply(SERVER, "error_not_leader other:6388"), TARGET))
                .hasMessageContaining("the leader is other:6388");
        assertThat(Refusals.of(new Reply(SERVER, "error_not_leader"), TARGET))
                .message()
                .doesNotContain("the leader is");
    }

    @Test
    void meaningOfAPlainErrorIsTheRequests() {
        DflockdException own = new DflockdException("of the test");
        assertThat(Refusals.of(new Reply(SERVER, "error"), "auth", () -> own)).isSameAs(own);
    }

    @Test
    void refusedTokenIsWrongOrNotWanted() {
        assertThat(Refusals.ofAuth(new Reply(SERVER, "error_auth")))
                .isExactlyInstanceOf(DflockdAuthenticationException.class)
                .hasMessageContaining("refused the auth token");
        assertThat(Refusals.ofAuth(new Reply(SERVER, "error")))
                .isExactlyInstanceOf(DflockdAuthenticationException.class)
                .hasMessageContaining("takes no auth token");
        assertThat(Refusals.ofAuth(new Reply(SERVER, "error_draining")))
                .isExactlyInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void limitOfTheServerIsNamedWhereItIsKnown() {
        SemaphoreLimitMismatchException mismatch = Refusals.limitMismatch(TARGET, SERVER, 5);
        assertThat(mismatch).hasMessageContaining("with limit 3").hasMessageContaining("in use with limit 5");
        assertThat(mismatch.requestedLimit()).isEqualTo(3);
        assertThat(mismatch.serverLimit()).hasValue(5);
        assertThat(Refusals.limitMismatch(TARGET, SERVER, null).serverLimit()).isEmpty();
    }
}
