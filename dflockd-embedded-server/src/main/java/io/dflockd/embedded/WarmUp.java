package io.dflockd.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A short conversation with a throwaway server. A JVM loads code when it is first used, which on a busy machine takes up
 * to a second; the real server answers its first request in well under a millisecond, and clients measure that.
 */
final class WarmUp {

    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
    private static final String TOKEN = "warm-up";
    private static final int PATIENCE_MILLIS = 5_000;

    private WarmUp() {}

    /** Plays it; a failure is no reason not to serve. */
    static void run(Generation generation) {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder()
                        .generation(generation)
                        .authToken(TOKEN)
                        .start();
                Client a = new Client(server);
                Client b = new Client(server);
                Client stranger = new Client(server)) {
            stranger.ask("auth", "_", "wrong");
            a.ask("auth", "_", TOKEN);
            b.ask("auth", "_", TOKEN);
            locks(a, b);
            twoPhase(a);
            a.ask("listen", "warm.*", "group");
            b.ask("signal", "warm.up", "payload");
            if (generation.hasSignals()) {
                a.readLine();
            }
            a.ask("stats", "_", "_");
            String token = a.acquire("k");
            b.send("l", "k", "5");
            a.ask("n", "k", token);
            // Frees the lock, which b gets.
            a.ask("x".repeat(LineReader.MAX_LINE + 1), "", "");
            b.readLine();
            server.shutdown();
        } catch (IOException | RuntimeException e) {
            log.debug("not warmed up", e);
        }
    }

    private static void locks(Client a, Client b) throws IOException {
        String token = a.acquire("k");
        a.ask("n", "k", token + " 5");
        b.ask("l", "k", "0");
        b.send("l", "k", "5");
        a.ask("r", "k", token);
        b.ask("r", "k", tokenOf(b.readLine()));
        token = tokenOf(a.ask("sl", "s", "0 2"));
        a.ask("sr", "s", token);
        a.ask("nonsense", "k", "");
    }

    private static void twoPhase(Client a) throws IOException {
        a.ask("e", "k", "");
        a.ask("r", "k", tokenOf(a.ask("w", "k", "0")));
        a.ask("w", "k", "0");
    }

    private static String tokenOf(String grant) {
        String[] words = grant.split(" ");
        return words.length > 1 ? words[1] : grant;
    }

    private static final class Client implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader answers;

        Client(EmbeddedDflockdServer server) throws IOException {
            socket = new Socket(server.host(), server.port());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        }

        String acquire(String key) throws IOException {
            return tokenOf(ask("l", key, "0"));
        }

        String ask(String command, String key, String argument) throws IOException {
            send(command, key, argument);
            return readLine();
        }

        void send(String command, String key, String argument) throws IOException {
            String request = command + "\n" + key + "\n" + argument + "\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        }

        String readLine() throws IOException {
            String line = answers.readLine();
            if (line == null) {
                throw new IOException("the server hung up");
            }
            return line;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
