package io.dflockd.client.testserver;

import io.dflockd.client.ServerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Evaluates {@link ServerWithSignals}. */
final class SignalsCondition implements ExecutionCondition {

    static final class Answer {

        static final boolean SIGNALS = ask();

        private static boolean ask() {
            try {
                if (!TestServer.RUNNING.isBlank()) {
                    return listens(TestServer.RUNNING.split(",")[0]);
                }
                try (TestServer server = TestServer.create(new TestServerSettings().port(TestPorts.next()))) {
                    server.start();
                    return listens(server.address());
                }
            } catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }

        private static boolean listens(String address) throws IOException {
            ServerAddress server = ServerAddress.parse(address);
            try (Socket socket = new Socket(server.host(), server.port())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write("listen\nevents\n\n".getBytes(StandardCharsets.UTF_8));
                return socket.getInputStream().read() == 'o';
            }
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean needed = AnnotationSupport.isAnnotated(context.getElement(), ServerWithSignals.class);
        return !needed || TestServer.haveSignals()
                ? ConditionEvaluationResult.enabled("signals are not needed, or there")
                : ConditionEvaluationResult.disabled("the server has no signals: it answers listen with error");
    }
}
