package io.dflockd.reliability.worker;

import io.dflockd.reliability.history.Entry.Kind;
import io.dflockd.reliability.history.History;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What this process uses.
 *
 * @param heap bytes, after a garbage collection
 * @param sockets open ones; 0 where the system does not show them
 * @param clientThreads of the client
 */
record Usage(long heap, long sockets, long clientThreads) {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private static final long BETWEEN_SECONDS = 5;

    /** Before there is a client. Some versions of Java keep a socket of their own from the first one that is closed. */
    static Usage first() throws IOException {
        SocketChannel.open().close();
        return now();
    }

    static Usage now() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("dflockd-"))
                .count();
        return new Usage(heap, countSockets(), threads);
    }

    private static long countSockets() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        long count = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                count += isSocket(descriptor) ? 1 : 0;
            }
        } catch (IOException ex) {
            throw new IllegalStateException("the descriptors of this process cannot be read", ex);
        }
        return count;
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException ex) {
            // It was closed meanwhile.
            return false;
        }
    }

    /** Writes it down again and again, until the thread is interrupted. */
    static void report(History history) {
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(BETWEEN_SECONDS);
                Usage now = now();
                String detail = now.heap + " " + now.sockets + " " + now.clientThreads;
                history.write(System.nanoTime(), Kind.USAGE, "-", 0, detail);
            }
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
