package io.dflockd.embedded;

import io.dflockd.embedded.cli.CommandLine;
import io.dflockd.embedded.cli.Flag;
import io.dflockd.embedded.cli.UsageException;
import io.dflockd.embedded.table.Trait;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs an {@link EmbeddedDflockdServer} from the command line, with the flags and environment variables of the real
 * server; see {@code --help}. Prints a line with {@code listening on host:port} when it is ready. On SIGTERM and SIGINT
 * it shuts down as the real server does, then exits with status 0. The status is 2 if a flag is not valid, and 1 if the
 * server cannot listen.
 */
public final class EmbeddedServerMain {

    private static final int USAGE_ERROR = 2;
    private static final int FAILURE = 1;

    private EmbeddedServerMain() {}

    /**
     * Runs until the process is ended.
     *
     * @param arguments the flags
     */
    public static void main(String[] arguments) {
        int status = run(List.of(arguments), System.out, System.err);
        if (status >= 0) {
            System.exit(status);
        }
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns an exit status, or a negative number if a server is running now. */
    private static int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            CommandLine line = CommandLine.parse(arguments, System.getenv());
            if (line.asksForHelp()) {
                out.print(Flag.usage());
                return 0;
            }
            if (line.asksForVersion()) {
                String version = EmbeddedServerMain.class.getPackage().getImplementationVersion();
                out.println("dflockd-embedded-server " + (version == null ? "(unpackaged)" : version));
                return 0;
            }
            logAt(line.isOn(Flag.DEBUG) ? "debug" : "warn");
            EmbeddedDflockdServer server = builder(line).start();
            shutDownOnExit(server, line.seconds(Flag.SHUTDOWN_TIMEOUT));
            out.println("dflockd embedded server, for development and tests, listening on " + server.address());
            out.flush();
            return -1;
        } catch (UsageException e) {
            err.println(e.getMessage());
            err.println("--help lists the flags");
            return USAGE_ERROR;
        } catch (IOException e) {
            err.println(e.getMessage());
            return FAILURE;
        }
    }

    /**
     * Returns a builder with the values of all flags.
     *
     * @throws UsageException if a value is not valid
     */
    static EmbeddedDflockdServerBuilder builder(CommandLine line) throws UsageException {
        String certificate = line.text(Flag.TLS_CERT);
        String key = line.text(Flag.TLS_KEY);
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new UsageException("--tls-cert and --tls-key must be given together");
        }
        Generation generation = line.choice(Flag.GENERATION, Generation.class);
        line.checkFlags();
        if (line.number(Flag.HTTP_PORT) != 0) {
            throw new UsageException("the embedded server has no HTTP API: leave --http-port at 0");
        }
        String fenceStateFile = line.text(Flag.FENCE_STATE_FILE);
        try {
            EmbeddedDflockdServerBuilder builder = EmbeddedDflockdServer.builder()
                    .generation(generation)
                    .host(line.text(Flag.HOST))
                    .port(line.number(Flag.PORT))
                    .defaultLease(line.seconds(Flag.DEFAULT_LEASE_TTL))
                    .leaseSweepInterval(line.seconds(Flag.LEASE_SWEEP_INTERVAL))
                    .readTimeout(line.seconds(Flag.READ_TIMEOUT))
                    .writeTimeout(line.seconds(Flag.WRITE_TIMEOUT))
                    .autoReleaseOnDisconnect(line.isOn(Flag.AUTO_RELEASE_ON_DISCONNECT))
                    .maxLocks(line.number(Flag.MAX_LOCKS))
                    .maxWaiters(line.number(Flag.MAX_WAITERS))
                    .maxConnections(line.number(Flag.MAX_CONNECTIONS))
                    .maxConnectionsPerAddress(line.number(Flag.MAX_CONNECTIONS_PER_IP))
                    .maxSubscriptions(line.number(Flag.MAX_SUBSCRIPTIONS))
                    .gcInterval(line.seconds(Flag.GC_INTERVAL))
                    .gcMaxIdle(line.seconds(Flag.GC_MAX_IDLE))
                    .shutdownTimeout(line.seconds(Flag.SHUTDOWN_TIMEOUT))
                    .authToken(line.authToken(generation.dialect().has(Trait.AUTH_TOKEN_OF_ENVIRONMENT_FIRST)));
            if (!fenceStateFile.isEmpty()) {
                builder.fenceStateFile(Path.of(fenceStateFile));
            }
            // Checks what depends on the generation.
            builder.build();
            return certificate.isEmpty() ? builder : builder.tls(Path.of(certificate), Path.of(key));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** Only the runnable jar contains this logger; elsewhere the settings have no effect. */
    private static void logAt(String level) {
        System.setProperty("org.slf4j.simpleLogger.log.io.dflockd", level);
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    }

    private static void shutDownOnExit(EmbeddedDflockdServer server, Duration timeout) {
        Thread hook = new Thread(
                () -> {
                    try {
                        CompletableFuture<?> drained = server.shutdown();
                        if (timeout.isZero()) {
                            drained.get();
                        } else {
                            drained.get(timeout.toMillis() + 1000, TimeUnit.MILLISECONDS);
                        }
                    } catch (InterruptedException | ExecutionException | TimeoutException e) {
                        System.err.println("the shutdown is not complete: " + e);
                    }
                    server.close();
                    // This is the normal end, not a failure: without halt the status would be 128 + the signal.
                    Runtime.getRuntime().halt(0);
                },
                "dflockd-embedded-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }
}
