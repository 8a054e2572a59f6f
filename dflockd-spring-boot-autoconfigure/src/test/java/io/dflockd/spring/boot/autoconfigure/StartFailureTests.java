package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.signal.SignalOperations;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Starts that fail say which property to change: each is a real start, and the text is what a user sees. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            acquire-timeout              | -1s
            lease-ttl                    | 0s
            lease-ttl                    | -5s
            hold-at-least                | -1s
            hold-at-least                | 367d
            hold-at-most                 | 0s
            hold-at-most                 | -1s
            hold-at-least-on-close       | -1s
            connect-timeout              | 0s
            request-timeout              | -1s
            keep-alive-interval          | 0s
            keep-alive-interval          | 12s
            server-read-timeout          | 500ms
            queued-place-max-life        | 0s
            max-stats-size               | 1B
            renewal.ratio                | 0
            renewal.ratio                | 1
            renewal.ratio                | NaN
            pool.max-wait-connections    | 0
            pool.wait-connection-idle    | -1s
            pool.wait-connection-idle    | 23s
            sharding                     | bean
            ssl.bundle                   | nowhere
            auth-token-file              | no-such-file
            without-locking              | true
            close-timeout                | -1s
            health.timeout               | 0s
            metrics.max-names            | 0
            acquire-timeout              | soon
            max-stats-size               | big
            sharding                     | random
            key-encoding                 | none
            fail-fast                    | maybe
            """)
    void valueOutOfRangeFailsTheStartAndNamesTheProperty(String property, String value, CapturedOutput output) {
        start(output, Application.class, "dflockd." + property + "=" + value);

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("dflockd." + property)
                .doesNotContain("PT-")
                .doesNotContain("PT0S");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl.bundel",
                "server",
                "auth-tokn",
                "embedded.prot",
                "renewal.ration",
                "pool.max",
                "clients.reports.auth-tokn"
            })
    void keyThatNothingReadsIsNamedAndItsValueIsNot(String key, CapturedOutput output) {
        start(
                output,
                Application.class,
                "dflockd.clients.reports.servers=127.0.0.1:1",
                "dflockd." + key + "=verysecret");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("'dflockd." + key + "' is not a property of ")
                .contains("commandLineArgs")
                .doesNotContain("verysecret");
    }

    @Test
    void hostNamesThatDifferOnlyInCaseAreOneServer(CapturedOutput output) {
        start(output, Application.class, "dflockd.servers=locks.test:1,Locks.Test:1");

        assertThat(output).contains("'dflockd.servers'").contains("contains a server twice");
    }

    @Test
    void clientWithTheNameOfAnotherBean(CapturedOutput output) {
        start(output, OtherReports.class, "dflockd.clients.reports.servers=127.0.0.1:1");

        assertThat(output)
                .contains("'dflockd.clients.reports'")
                .contains("another bean of this name")
                .contains("OtherReports");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            localhost:70000
            localhost:
            ::1
            two words
            http://localhost:6388
            """)
    void malformedServerIsShown(String entry, CapturedOutput output) {
        start(output, Application.class, "dflockd.servers=good:1," + entry);

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Invalid value '" + entry + "' for configuration property 'dflockd.servers[1]'")
                .contains("server address '" + entry + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "acquire-timeout, 5",
        "lease-ttl, 30",
        "close-timeout, 30",
        "hold-at-least, 30",
        "hold-at-most, 30",
        "request-timeout, +5",
        "health.timeout, 3",
        "pool.wait-connection-idle, 10",
        "clients.reports.acquire-timeout, 5"
    })
    void timeWithoutAUnitIsRefused(String property, String value, CapturedOutput output) {
        start(
                output,
                Application.class,
                "dflockd.clients.reports.servers=127.0.0.1:1",
                "dflockd." + property + "=" + value);

        assertThat(output)
                .contains("dflockd." + property)
                .contains("has no unit")
                .contains(Integer.parseInt(value) + "s");
    }

    @Test
    void minimumAboveTheMaximumNamesBoth(CapturedOutput output) {
        start(output, Application.class, "dflockd.hold-at-least=2m", "dflockd.hold-at-most=1m");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Invalid value '2m' for configuration property 'dflockd.hold-at-least'")
                .contains("longer than holdAtMost 1m");
    }

    @Test
    void annotationThatDoesNotFitThePropertyIsExplained(CapturedOutput output) {
        start(output, KeepsTooLong.class, "dflockd.hold-at-most=1m");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("KeepsTooLong$Job.run()")
                .contains("holdAtLeast PT2M is longer than holdAtMost PT1M")
                .contains("dflockd.hold-at-most");
    }

    @Test
    void zeroNeedsNoUnit() {
        new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run("--dflockd.acquire-timeout=0", "--dflockd.close-timeout=0")
                .close();
    }

    @Test
    void healthTimeoutOfThreeHundredYears(CapturedOutput output) {
        start(output, Application.class, "dflockd.health.timeout=110000d");

        assertThat(output).contains("dflockd.health.timeout").contains("longer than a day");
    }

    @Test
    void propertyOfANamedClientIsNamedInFull(CapturedOutput output) {
        start(
                output,
                Application.class,
                "dflockd.clients.reports.servers=127.0.0.1:1",
                "dflockd.clients.reports.renewal.ratio=7");

        assertThat(output)
                .contains("Invalid value '7' for configuration property 'dflockd.clients.reports.renewal.ratio'"
                        + " (originating from ");
    }

    @Test
    void embeddedPortThatIsTakenIsNamed(CapturedOutput output) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            start(
                    output,
                    Application.class,
                    "dflockd.embedded.enabled=true",
                    "dflockd.embedded.port=" + taken.getLocalPort());

            assertThat(output)
                    .contains("'dflockd.embedded.port'")
                    .contains("The embedded server cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": Address")
                    .contains("dflockd.servers=127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void unreachableServerWithFailFast(CapturedOutput output) throws Exception {
        start(output, Application.class, "dflockd.servers=127.0.0.1:1", "dflockd.fail-fast=true");

        assertThat(output)
                .contains("could not connect to its servers [127.0.0.1:1]")
                .contains("correct 'dflockd.servers'")
                .contains("'dflockd.fail-fast' to false");
    }

    @Test
    void unknownHostWithFailFast(CapturedOutput output) {
        // Too long for a name, so that no name server is asked.
        String host = "a".repeat(64) + ".invalid";
        start(output, Application.class, "dflockd.servers=" + host, "dflockd.fail-fast=true");

        assertThat(output).contains(host).contains("Correct the host in 'dflockd.servers'");
    }

    @Test
    void wrongTokenWithFailFastIsExplainedAndNotShown(CapturedOutput output) throws Exception {
        try (EmbeddedDflockdServer server =
                EmbeddedDflockdServer.builder().authToken("right").start()) {
            start(
                    output,
                    Application.class,
                    "dflockd.servers=" + server.address(),
                    "dflockd.auth-token=verysecret",
                    "dflockd.fail-fast=true");
        }

        assertThat(output).contains("Set 'dflockd.auth-token'").doesNotContain("verysecret");
    }

    @Test
    void tlsToAPlainServer(CapturedOutput output) throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            start(
                    output,
                    Application.class,
                    "dflockd.servers=" + server.address(),
                    "dflockd.ssl.enabled=true",
                    "dflockd.fail-fast=true");
        }

        assertThat(output).contains("Action:").contains("set 'dflockd.ssl.enabled' to false");
    }

    @Test
    void serverThatHangsUpMayWantTlsOrBeFull(CapturedOutput output) throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder()
                .tls(TestCertificates.serverContext())
                .start()) {
            start(output, Application.class, "dflockd.servers=" + server.address(), "dflockd.fail-fast=true");
        }

        assertThat(output)
                .contains("it expects TLS")
                .contains("'dflockd.ssl.enabled' to true")
                .contains("it is full");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dflockd.servers=", "dflockd.servers=${NO_SUCH_VARIABLE:}"})
    void emptyServersAreNotTheDefault(String property, CapturedOutput output) {
        start(output, Application.class, property);

        assertThat(output)
                .contains("for configuration property 'dflockd.servers'")
                .contains("It is empty")
                .contains("127.0.0.1:6388");
    }

    @Test
    void emptyServersOfANamedClient(CapturedOutput output) {
        start(output, Application.class, "dflockd.clients.reports.servers=");

        assertThat(output).contains("for configuration property 'dflockd.clients.reports.servers'");
    }

    @Test
    void beanThatIsMissingBecauseOfASwitch(CapturedOutput output) {
        start(output, NeedsSignals.class, "dflockd.enabled=false");

        assertThat(output)
                .contains("no bean of type io.dflockd.spring.signal.SignalOperations")
                .contains("dflockd.enabled=false")
                .contains("dflockd.without-locking=true");
    }

    @Test
    void clientThatIsMissingWithoutLocking(CapturedOutput output) {
        start(output, NeedsClient.class, "dflockd.enabled=false", "dflockd.without-locking=true");

        assertThat(output)
                .contains("no bean of type io.dflockd.client.DflockdClient")
                .contains("inject one of these");
    }

    @Test
    void severalClientsWithoutAChoice(CapturedOutput output) {
        start(output, TwoClients.class);

        assertThat(output)
                .contains("A single dflockd client is needed")
                .contains("[one, two]")
                .contains("@Primary");
    }

    @Test
    void limitMismatchAtTheStart(CapturedOutput output) {
        start(output, LimitMismatch.class);

        assertThat(output).contains("limit 3 here, 5 there").contains("All instances must use one limit");
    }

    private static void start(CapturedOutput output, Class<?> application, String... properties) {
        String[] arguments = Stream.concat(Arrays.stream(properties), Stream.of("spring.main.banner-mode=off"))
                .map(property -> "--" + property)
                .toArray(String[]::new);
        Throwable failure = catchThrowable(() -> new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .run(arguments)
                .close());
        assertThat(failure).as(() -> "started: " + output).isNotNull();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({SslAutoConfiguration.class, DflockdAutoConfiguration.class})
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        SslAutoConfiguration.class,
        DflockdAutoConfiguration.class,
        DflockdLockAutoConfiguration.class,
        DflockdAopAutoConfiguration.class
    })
    @Import(KeepsTooLong.Job.class)
    static class KeepsTooLong {

        static class Job {

            @DistributedLocked(name = "job", holdAtLeast = "2m")
            public void run() {}
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class OtherReports {

        @Bean
        String reports() {
            return "reports";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoClients {

        @Bean
        DflockdClient one() {
            return DflockdClient.builder().build();
        }

        @Bean
        DflockdClient two() {
            return DflockdClient.builder().build();
        }

        @Bean
        Object user(DflockdClient client) {
            return client;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LimitMismatch {

        @Bean
        Object user() {
            throw new SemaphoreLimitMismatchException("limit 3 here, 5 there", 3, 5);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class NeedsSignals {

        @Bean
        String user(SignalOperations signals) {
            return signals.toString();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class NeedsClient {

        @Bean
        String user(DflockdClient client) {
            return client.toString();
        }
    }
}
