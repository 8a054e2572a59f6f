package io.dflockd.testcontainers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * Waits until the server answers a request. That its port accepts connections proves nothing (Docker's proxy does that),
 * and a check inside the container would need a shell there.
 */
final class AnswersWaitStrategy extends AbstractWaitStrategy {

    private static final byte[] REQUEST_WITHOUT_EFFECT = "r\n_\n_\n".getBytes(StandardCharsets.US_ASCII);

    private static final int ATTEMPT_MILLIS = 1000;

    @Override
    protected void waitUntilReady() {
        long deadline = System.nanoTime() + startupTimeout.toNanos();
        while (!answers()) {
            if (System.nanoTime() - deadline > 0) {
                throw new ContainerLaunchException(
                        "the dflockd server in the container did not answer within " + startupTimeout);
            }
            pause();
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            waitStrategyTarget.getHost(), waitStrategyTarget.getMappedPort(DflockdContainer.PORT)),
                    ATTEMPT_MILLIS);
            socket.setSoTimeout(ATTEMPT_MILLIS);
            socket.getOutputStream().write(REQUEST_WITHOUT_EFFECT);
            return socket.getInputStream().read() >= 0;
        } catch (IOException ex) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new ContainerLaunchException("interrupted while waiting for the dflockd server", ex);
        }
    }
}
