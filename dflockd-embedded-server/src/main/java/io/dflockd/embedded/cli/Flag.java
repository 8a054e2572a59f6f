package io.dflockd.embedded.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The flags, with the names of the real server. {@code MAX_LOCKS} is {@code --max-locks} and
 * {@code DFLOCKD_MAX_LOCKS}; the variables of flags in seconds end in {@code _S}.
 */
public enum Flag {
    HOST(Kind.TEXT, "127.0.0.1", "address to listen on"),
    PORT(Kind.NUMBER, "6388", "port to listen on, 0 for a free one"),
    DEFAULT_LEASE_TTL(Kind.SECONDS, "33", "lease of grants that ask for none"),
    LEASE_SWEEP_INTERVAL(Kind.SECONDS, "1", "interval at which expired leases are removed"),
    READ_TIMEOUT(Kind.SECONDS, "23", "silence after which a connection is closed"),
    WRITE_TIMEOUT(Kind.SECONDS, "5", "time a client may take to read an answer, 0 for no limit"),
    AUTO_RELEASE_ON_DISCONNECT(Kind.SWITCH, "true", "free the locks of closed connections"),
    MAX_LOCKS(Kind.NUMBER, "1024", "highest number of keys"),
    MAX_WAITERS(Kind.NUMBER, "0", "highest number of waiters per key, 0 for no limit"),
    MAX_CONNECTIONS(Kind.NUMBER, "0", "highest number of connections, 0 for no limit"),
    MAX_CONNECTIONS_PER_IP(Kind.NUMBER, "0", "highest number of connections per address, 0 for no limit", Set.of("g3")),
    MAX_SUBSCRIPTIONS(Kind.NUMBER, "0", "highest number of subscriptions per connection, 0 for no limit", Set.of("g2")),
    // Older versions of the real server have other variables for these two.
    GC_INTERVAL(Kind.SECONDS, "5", "interval at which idle keys are removed", "DFLOCKD_GC_LOOP_SLEEP"),
    GC_MAX_IDLE(Kind.SECONDS, "60", "idle time after which a key is removed", "DFLOCKD_GC_MAX_UNUSED_TIME"),
    AUTH_TOKEN(Kind.TEXT, "", "token that clients must send first"),
    AUTH_TOKEN_FILE(Kind.TEXT, "", "file that contains this token"),
    TLS_CERT(Kind.TEXT, "", "file with the certificate and its chain, PEM"),
    TLS_KEY(Kind.TEXT, "", "file with the private key, unencrypted PKCS#8 as PEM"),
    FENCE_STATE_FILE(Kind.TEXT, "", "file that keeps the fences over a restart", Set.of("g3")),
    HTTP_HOST(Kind.TEXT, "", "no effect", Set.of("g3")),
    HTTP_PORT(Kind.NUMBER, "0", "must be 0: there is no HTTP API", Set.of("g3")),
    SHUTDOWN_TIMEOUT(Kind.SECONDS, "30", "time that connections have to end after SIGTERM, 0 for no limit"),
    DEBUG(Kind.SWITCH, "false", "log more"),
    GENERATION(Kind.TEXT, "g2", "server generation to imitate, g1, g2 or g3");

    private enum Kind {
        TEXT,
        NUMBER,
        SECONDS,
        /** May stand without a value, which is true then. */
        SWITCH
    }

    private final Kind kind;
    private final String defaultValue;
    private final String help;
    private final List<String> variables;
    /** The generations that have the flag; empty for all. */
    private final Set<String> generations;

    Flag(Kind kind, String defaultValue, String help, String... olderVariables) {
        this(kind, defaultValue, help, Set.of(), olderVariables);
    }

    Flag(Kind kind, String defaultValue, String help, Set<String> generations, String... olderVariables) {
        this.kind = kind;
        this.defaultValue = defaultValue;
        this.help = help;
        this.generations = generations;
        this.variables = new ArrayList<>(List.of(olderVariables));
        variables.add("DFLOCKD_" + name() + (kind == Kind.SECONDS ? "_S" : ""));
    }

    static Optional<Flag> named(String text) {
        return Arrays.stream(values()).filter(f -> f.text().equals("--" + text)).findFirst();
    }

    String text() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean existsInAll() {
        return generations.isEmpty();
    }

    boolean existsIn(String generation) {
        return generations.isEmpty() || generations.contains(generation);
    }

    String defaultValue() {
        return defaultValue;
    }

    boolean isSwitch() {
        return kind == Kind.SWITCH;
    }

    /** The first of its environment variables that is set and not empty. */
    Optional<String> variableIn(Map<String, String> environment) {
        return variables.stream()
                .filter(v -> !environment.getOrDefault(v, "").isEmpty())
                .findFirst();
    }

    /** The text of {@code --help}. */
    public static String usage() {
        StringBuilder text = new StringBuilder("""
                An embedded dflockd server, for development and tests only.

                Usage: java -jar dflockd-embedded-server-<version>-exec.jar [flags]

                A flag goes before its environment variable; for the auth token of g1 and g2, the variable goes first.

                """);
        for (Flag flag : values()) {
            String unit = flag.kind == Kind.SECONDS ? ", in seconds" : "";
            String fallback = flag.defaultValue.isEmpty() ? "" : " (default " + flag.defaultValue + ")";
            String only = flag.existsInAll() ? "" : ", " + String.join(" ", flag.generations) + " only";
            line(text, flag.text(), flag.help + unit + fallback + only + ", " + flag.variables.get(0));
        }
        line(text, "--version", "print the version and exit");
        line(text, "--help", "print this text and exit");
        return text.toString();
    }

    private static void line(StringBuilder text, String flag, String help) {
        text.append(String.format(Locale.ROOT, "  %-30s%s%n", flag, help));
    }
}
