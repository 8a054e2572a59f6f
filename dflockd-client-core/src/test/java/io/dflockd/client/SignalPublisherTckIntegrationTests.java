package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.dflockd.client.testserver.ServerWithSignals;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;

/**
 * The Reactive Streams TCK on the publisher of signals. It is written for TestNG; here each of its methods is a dynamic test,
 * and one that it skips is skipped.
 */
@Timeout(180)
@ServerWithSignals
class SignalPublisherTckIntegrationTests {

    private static final long SIGNAL_ARRIVES_MILLIS = 3_000;

    private static final long NOTHING_ARRIVES_MILLIS = 100;

    /** More are skipped if the publisher is set up wrong, for example if it does not publish. */
    private static final int LEAST_CHECKED = 19;

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private final Set<String> checked = new HashSet<>();

    private volatile boolean ended;

    private DflockdClient client;

    private Thread emitter;

    @BeforeEach
    void emit() {
        client = servers.client();
        DflockdClient emitting = servers.client();
        emitter = new Thread(() -> {
            while (!ended) {
                emitting.signals().emitAsync("tck", "payload").join();
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
        });
        emitter.start();
    }

    @AfterEach
    void end() throws InterruptedException {
        ended = true;
        emitter.join(20_000);
    }

    @TestFactory
    Stream<DynamicTest> publisherKeepsTheRulesOfReactiveStreams() {
        Stream<DynamicTest> rules = Arrays.stream(FlowPublisherVerification.class.getMethods())
                .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> dynamicTest(method.getName(), () -> check(method)));
        return Stream.concat(
                rules,
                Stream.of(dynamicTest(
                        "enough rules were checked",
                        () -> assertThat(checked).hasSizeGreaterThanOrEqualTo(LEAST_CHECKED))));
    }

    private void check(Method rule) throws Throwable {
        Verification verification = new Verification();
        verification.setUp();
        try {
            rule.invoke(verification);
        } catch (InvocationTargetException ex) {
            if (ex.getCause() instanceof SkipException skipped) {
                throw new TestAbortedException(skipped.getMessage(), skipped);
            }
            throw ex.getCause();
        }
        checked.add(rule.getName());
    }

    private final class Verification extends FlowPublisherVerification<Signal> {

        Verification() {
            super(new TestEnvironment(SIGNAL_ARRIVES_MILLIS, NOTHING_ARRIVES_MILLIS));
        }

        @Override
        public Flow.Publisher<Signal> createFlowPublisher(long elements) {
            return client.signals().publisher("tck", SubscriptionOptions.defaults());
        }

        /** Of a client that was closed. */
        @Override
        public Flow.Publisher<Signal> createFailedFlowPublisher() {
            DflockdClient closed = servers.client();
            Flow.Publisher<Signal> publisher = closed.signals().publisher("tck", SubscriptionOptions.defaults());
            closed.close();
            return publisher;
        }

        @Override
        public long maxElementsFromPublisher() {
            return publisherUnableToSignalOnComplete();
        }
    }
}
