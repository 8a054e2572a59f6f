package io.dflockd.client.internal.net;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.TestLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The server's end of a connection without a socket. The test reads the requests here and decides what the server does. After
 * each step the loop has run.
 */
public final class ServerEnd {

    /** The address of the server that tests talk to. */
    public static final ServerAddress ADDRESS = new ServerAddress("server", 6388);

    /** Keep-alives after 7 s, dead after 15 s without an answer, kept by the server for 22 s. */
    static final Liveness LIVENESS = Liveness.of(Duration.ofSeconds(7), Duration.ofSeconds(23));

    private static final String KEEP_ALIVE = "r _ _";

    private static final int MAX_LINE = 4096;

    private final TestLoop loop;

    private final TestChannel channel = new TestChannel();

    private final Connection connection;

    /** Requests that have come and that the test has not read. */
    private final List<String> unread = new ArrayList<>();

    /** A connection that is ready. */
    ServerEnd(TestLoop loop, ServerAddress address, Liveness liveness, ConnectionOwner owner) {
        this.loop = loop;
        LineReader lines = new LineReader(MAX_LINE);
        channel.pipeline().addLast(lines);
        loop.netty().register(channel);
        this.connection = new Connection(address, channel, loop.loop(), liveness, lines, owner);
    }

    /** The client's end. */
    public Connection connection() {
        return connection;
    }

    TestChannel channel() {
        return channel;
    }

    /** The requests since the last call, each with its three lines joined by blanks, such as {@code l key 0}. */
    public List<String> requests() {
        receive();
        List<String> requests = List.copyOf(unread);
        unread.clear();
        return requests;
    }

    private void receive() {
        loop.settle();
        String[] lines = channel.takeWritten().split("\n", -1);
        for (int i = 0; i + 3 < lines.length; i += 3) {
            unread.add(lines[i] + " " + lines[i + 1] + " " + lines[i + 2]);
        }
    }

    /** Answers the keep-alives that have come, if nothing else has come before them; the test does not see them. */
    public void answerKeepAlives() {
        receive();
        while (!unread.isEmpty() && unread.get(0).equals(KEEP_ALIVE)) {
            unread.remove(0);
            answer("error");
            receive();
        }
    }

    /** The only request since the last call. */
    public String request() {
        List<String> requests = requests();
        if (requests.size() != 1) {
            throw new AssertionError("expected one request, but there were " + requests);
        }
        return requests.get(0);
    }

    /** Lines arrive in one segment. */
    public void answer(String... lines) {
        loop.settle();
        channel.read(String.join("\n", lines) + "\n");
        loop.settle();
    }

    /** One segment arrives, whatever is in it. */
    public void bytes(byte[] segment) {
        loop.settle();
        channel.read(segment);
        loop.settle();
    }

    /** The bytes of the client's buffers that nobody has released. */
    public long memory() {
        return channel.memory();
    }

    /** A line arrives and is read before timers that are due run, as after a pause of the JVM. */
    public void answerBeforeTimers(String line) {
        channel.read(line + "\n");
        loop.settle();
    }

    /** Lines arrive, and the loop has handled them, but user code has not run yet. */
    public void answerBeforeUserCode(String... lines) {
        loop.settle();
        channel.read(String.join("\n", lines) + "\n");
        loop.runLoop();
    }

    /** Lines arrive before the loop does what it has been handed meanwhile. */
    public void answerFirst(String... lines) {
        channel.read(String.join("\n", lines) + "\n");
        loop.settle();
    }

    /** The server closes the connection. */
    public void close() {
        loop.settle();
        channel.unsafe().close(channel.voidPromise());
        loop.settle();
    }

    /** The connection breaks. */
    public void reset() {
        loop.settle();
        channel.pipeline().fireExceptionCaught(new IOException("Connection reset"));
        loop.settle();
    }

    /** Whether neither side has closed it. */
    public boolean isOpen() {
        loop.settle();
        return channel.isOpen();
    }
}
