package io.dflockd.client.testserver;

import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.EmbeddedDflockdServerBuilder;
import io.dflockd.embedded.Generation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of its server, as settings of the embedded one or as flags of a process. */
public final class TestServerSettings {

    private static final String GENERATION = System.getProperty("dflockd.test.generation", "");

    private final List<String> flags = new ArrayList<>();

    private final EmbeddedDflockdServerBuilder builder = EmbeddedDflockdServer.builder();

    private int port;

    private @Nullable String authToken;

    private @Nullable Tls tls;

    /** Settings as the property {@code dflockd.test.generation} says. */
    public TestServerSettings() {
        if (!GENERATION.isEmpty()) {
            builder.generation(Generation.valueOf(GENERATION.toUpperCase(Locale.ROOT)));
        }
    }

    /** Asks for a generation; skips the test where a command starts the servers. */
    public TestServerSettings generation(Generation generation) {
        Assumptions.assumeFalse(ServerCommand.isGiven(), () -> "needs an embedded server of generation " + generation);
        builder.generation(generation);
        return this;
    }

    /** The port for clients. */
    public TestServerSettings port(int newPort) {
        port = newPort;
        builder.port(newPort);
        return this;
    }

    public TestServerSettings defaultLease(Duration lease) {
        builder.defaultLease(lease);
        return flag("--default-lease-ttl", lease);
    }

    public TestServerSettings leaseSweepInterval(Duration interval) {
        builder.leaseSweepInterval(interval);
        return flag("--lease-sweep-interval", interval);
    }

    public TestServerSettings readTimeout(Duration timeout) {
        builder.readTimeout(timeout);
        return flag("--read-timeout", timeout);
    }

    public TestServerSettings shutdownTimeout(Duration timeout) {
        builder.shutdownTimeout(timeout);
        return flag("--shutdown-timeout", timeout);
    }

    public TestServerSettings autoReleaseOnDisconnect(boolean autoRelease) {
        builder.autoReleaseOnDisconnect(autoRelease);
        flags.add("--auto-release-on-disconnect=" + autoRelease);
        return this;
    }

    public TestServerSettings maxLocks(int max) {
        builder.maxLocks(max);
        return flag("--max-locks", max);
    }

    public TestServerSettings maxWaiters(int max) {
        builder.maxWaiters(max);
        return flag("--max-waiters", max);
    }

    public TestServerSettings maxConnections(int max) {
        builder.maxConnections(max);
        return flag("--max-connections", max);
    }

    public TestServerSettings authToken(String token) {
        builder.authToken(token);
        authToken = token;
        flags.addAll(List.of("--auth-token", token));
        return this;
    }

    public TestServerSettings tls(Tls newTls) {
        tls = newTls;
        builder.tls(newTls.server());
        flags.addAll(List.of(
                "--tls-cert",
                newTls.certificateFile().toString(),
                "--tls-key",
                newTls.keyFile().toString()));
        return this;
    }

    /** Only the view of an embedded server has a bounded log. */
    public TestServerSettings requestLogSize(int requests) {
        builder.requestLogSize(requests);
        return this;
    }

    /** Flags take whole seconds; a shorter time becomes the next longer one. */
    private TestServerSettings flag(String name, Duration value) {
        return flag(name, Math.toIntExact(value.plusNanos(999_999_999).toSeconds()));
    }

    private TestServerSettings flag(String name, int value) {
        flags.add(name);
        flags.add(Integer.toString(value));
        return this;
    }

    EmbeddedDflockdServerBuilder builder() {
        return builder;
    }

    List<String> flags() {
        return flags;
    }

    int port() {
        return port;
    }

    @Nullable
    String authToken() {
        return authToken;
    }

    Optional<Tls> tls() {
        return Optional.ofNullable(tls);
    }
}
