package io.dflockd.client.testserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerCommandTests {

    @Test
    void portAndFlagsAreFilledInAndQuotesHoldAWordTogether() {
        assertThat(ServerCommand.words(
                        "'/opt/my server/dflockd' --port={port} \"a b\" {flags}  --debug",
                        7,
                        List.of("--auth-token", "with blank")))
                .containsExactly("/opt/my server/dflockd", "--port=7", "a b", "--auth-token", "with blank", "--debug");
        assertThat(ServerCommand.words("dflockd {port} {flags}", 7, List.of())).containsExactly("dflockd", "7");
    }

    @Test
    void commandThatWouldIgnoreThemIsRefused() {
        for (String command : List.of("dflockd", "dflockd --port {port}", "dflockd {flags}")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ServerCommand.words(command, 7, List.of()))
                    .withMessageContaining(command);
        }
    }

    @Test
    void timesBelowASecondBecomeWholeSeconds() {
        TestServerSettings settings = new TestServerSettings()
                .leaseSweepInterval(Duration.ofMillis(100))
                .readTimeout(Duration.ofSeconds(2))
                .autoReleaseOnDisconnect(false);
        assertThat(settings.flags())
                .containsExactly(
                        "--lease-sweep-interval", "1", "--read-timeout", "2", "--auto-release-on-disconnect=false");
    }
}
