package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.UnknownServerHostException;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.DialPreparation.Prepared;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.settings.ClientSettings.HostResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** What blocks before a connect, with a thread for it that runs when the test says so. */
class DialPreparationTests {

    private static final ServerAddress A = new ServerAddress("a", 1);

    private static final ServerAddress B = new ServerAddress("b", 1);

    private static final HostResolver LOOPBACK = host -> new InetAddress[] {InetAddress.getLoopbackAddress()};

    private final TestLoop loop = new TestLoop();

    private final Deque<Runnable> lookups = new ArrayDeque<>();

    private final ClientSettings settings = new ClientSettings();

    private Executor executor = lookups::add;

    DialPreparationTests() {
        settings.hostResolver = LOOPBACK;
    }

    private static final class Dial implements DialPreparation.Waiting {

        private @Nullable Prepared prepared;

        private @Nullable DflockdException failure;

        private int calls;

        @Override
        public void prepared(Prepared result) {
            prepared = result;
            calls++;
        }

        @Override
        public void failed(DflockdException cause) {
            failure = cause;
            calls++;
        }
    }

    private DialPreparation preparation(@Nullable Supplier<@Nullable String> token) {
        settings.authToken = token;
        return new DialPreparation(loop.loop(), task -> executor.execute(task), settings);
    }

    private static Dial await(DialPreparation preparation, ServerAddress server) {
        Dial dial = new Dial();
        preparation.await(server, dial);
        return dial;
    }

    private void lookUp() {
        lookups.remove().run();
        loop.settle();
    }

    private Dial prepared(@Nullable Supplier<@Nullable String> token) {
        Dial dial = await(preparation(token), A);
        lookUp();
        assertThat(dial.calls).isEqualTo(1);
        return dial;
    }

    @Test
    void dialsOfOneServerShareALookUp() {
        DialPreparation preparation = preparation(null);
        Dial first = await(preparation, A);
        Dial second = await(preparation, A);
        assertThat(lookups).hasSize(1);
        lookUp();
        assertThat(first.prepared).isNotNull().isSameAs(second.prepared);
        assertThat(first.calls + second.calls).isEqualTo(2);
    }

    @Test
    void nextDialLooksUpAgain() {
        DialPreparation preparation = preparation(null);
        await(preparation, A);
        lookUp();
        Dial next = await(preparation, A);
        assertThat(next.calls).isZero();
        lookUp();
        assertThat(next.prepared).isNotNull();
    }

    @Test
    void resultComesOnTheLoop() {
        Dial dial = await(preparation(null), A);
        lookups.remove().run();
        assertThat(dial.calls).as("called on the thread of the look-up").isZero();
        loop.settle();
        assertThat(dial.calls).isEqualTo(1);
    }

    @Test
    void lookUpThatHangsCostsOneThreadAndNoOtherServer() {
        DialPreparation preparation = preparation(null);
        for (int i = 0; i < 10; i++) {
            await(preparation, A);
        }
        Runnable hanging = lookups.remove();
        Dial other = await(preparation, B);
        await(preparation, A);
        assertThat(lookups).as("threads that are needed besides").hasSize(1);
        lookUp();
        assertThat(other.prepared).isNotNull();
        hanging.run();
    }

    @Test
    void failureIsEverybodysAndTheNextDialTriesAgain() {
        DialPreparation preparation = preparation(null);
        settings.hostResolver = host -> {
            throw new UnknownHostException(host);
        };
        Dial first = await(preparation, A);
        Dial second = await(preparation, A);
        lookUp();
        assertThat(first.failure).isInstanceOf(UnknownServerHostException.class).hasMessageContaining("'a' of a:1");
        assertThat(second.failure).isSameAs(first.failure);
        settings.hostResolver = LOOPBACK;
        Dial next = await(preparation, A);
        lookUp();
        assertThat(next.prepared).isNotNull();
    }

    @Test
    void withoutAThreadForItTheDialFails() {
        DialPreparation preparation = preparation(null);
        executor = task -> {
            throw new OutOfMemoryError("unable to create native thread (of the test)");
        };
        Dial dial = await(preparation, A);
        assertThat(dial.failure)
                .isInstanceOf(DflockdConnectionException.class)
                .hasMessageContaining("no thread for it");
        executor = lookups::add;
        Dial next = await(preparation, A);
        lookUp();
        assertThat(next.prepared).isNotNull();
    }

    @Test
    void tokenIsAskedForEachTime() {
        Deque<String> tokens = new ArrayDeque<>();
        tokens.add("one");
        tokens.add("two");
        DialPreparation preparation = preparation(tokens::remove);
        for (String expected : new String[] {"one", "two"}) {
            Dial dial = await(preparation, A);
            lookUp();
            assertThat(dial.prepared).isNotNull();
            assertThat(dial.prepared.token()).isEqualTo(expected.getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @NullAndEmptySource
    void noTokenIsNoAuthentication(@Nullable String token) {
        Dial dial = prepared(() -> token);
        assertThat(dial.prepared).isNotNull();
        assertThat(dial.prepared.token()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a\nb", "a\rb", "a\uD83D"})
    void tokenThatCannotBeSentFailsWithoutShowingIt(String token) {
        Dial dial = prepared(() -> token);
        assertThat(dial.failure)
                .isInstanceOf(DflockdAuthenticationException.class)
                .message()
                .startsWith("the token for server a:1 cannot be sent")
                .doesNotContain("a\n", "a\r", "a\uD83D");
    }

    @Test
    void supplierThatThrowsFailsTheDialWithItsCause() {
        IllegalStateException own = new IllegalStateException("of the test");
        Dial dial = prepared(() -> {
            throw own;
        });
        assertThat(dial.failure).isInstanceOf(DflockdConnectionException.class).hasCause(own);
        DflockdException known = new DflockdException("of the test");
        assertThat(prepared(() -> {
                            throw known;
                        })
                        .failure)
                .isSameAs(known);
        StackOverflowError error = new StackOverflowError();
        assertThat(prepared(() -> {
                            throw error;
                        })
                        .failure)
                .hasCause(error);
    }

    @Test
    void onlyAddressesNeedNoSuppliers() {
        assertThat(preparation(null).needsSuppliers()).isFalse();
        assertThat(preparation(() -> "t").needsSuppliers()).isTrue();
    }
}
