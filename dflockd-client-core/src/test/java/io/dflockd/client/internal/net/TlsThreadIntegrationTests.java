package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.ClientThreads;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.testserver.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dials over TLS while no thread can be had for one of their steps. */
@Timeout(60)
class TlsThreadIntegrationTests {

    private final ClientThreads threads = new ClientThreads(null, 1, null);

    private final ClientLoop loop = new ClientLoop(threads, System::nanoTime, List.of(), () -> false);

    private final ClientSettings settings = new ClientSettings();

    /** So many tasks get a thread. */
    private final AtomicInteger left = new AtomicInteger();

    private Supplier<Throwable> refusal = RejectedExecutionException::new;

    private final SocketDialer dialer = new SocketDialer(loop, this::execute, settings);

    private SSLServerSocket server;

    @BeforeEach
    void listen() throws Exception {
        Tls certificate = Tls.forLoopback();
        SSLContext trusting = certificate.client();
        settings.sslContext = () -> trusting;
        settings.connectTimeout = Duration.ofSeconds(30);
        server = (SSLServerSocket) certificate
                .server()
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::accept, "tls-server-of-test");
        accepting.setDaemon(true);
        accepting.start();
    }

    @AfterEach
    void end() throws IOException {
        server.close();
        threads.close();
    }

    /** The server sends nothing but its part of the handshake. */
    private void accept() {
        while (true) {
            try (Socket socket = server.accept()) {
                while (socket.getInputStream().read() >= 0) {
                    // Until the client closes it.
                }
            } catch (IOException ex) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }

    /** Returns when the task has ended, so that its thread is not there for the next one. */
    private void execute(Runnable task) {
        if (left.getAndDecrement() <= 0) {
            Throwable cause = refusal.get();
            if (cause instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) cause;
        }
        Thread thread = new Thread(task, "lookup-of-test");
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<Connection> dial() {
        CompletableFuture<Connection> outcome = new CompletableFuture<>();
        ServerAddress address = new ServerAddress("127.0.0.1", server.getLocalPort());
        loop.execute(() -> dialer.dial(address, new TestOwner(), new Dialer.Result() {
            @Override
            public void connected(Connection connection) {
                outcome.complete(connection);
            }

            @Override
            public void failed(DflockdException cause) {
                outcome.completeExceptionally(cause);
            }
        }));
        return outcome;
    }

    @ParameterizedTest
    @CsvSource({"1, false", "1, true", "2, false", "2, true"})
    void dialFailsAtOnceAndTheNextOneWorks(int threadsLeft, boolean outOfMemory) throws Exception {
        if (outOfMemory) {
            refusal = () -> new OutOfMemoryError("unable to create native thread (of the test)");
        }
        left.set(threadsLeft);
        CompletableFuture<Connection> first = dial();
        assertThat(first.handle((connection, failure) -> failure))
                .succeedsWithin(Duration.ofSeconds(10))
                .isInstanceOf(DflockdConnectionException.class)
                .asString()
                .contains("cannot be dialled: no thread for its TLS");
        left.set(Integer.MAX_VALUE);
        Connection connection = dial().get(20, TimeUnit.SECONDS);
        assertThat(loop.call(() -> CompletableFuture.completedFuture(connection.isOpen())))
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo(true);
    }
}
