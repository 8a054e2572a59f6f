package io.dflockd.spring.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.SignalStream;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SignalTemplateTests {

    record Order(String id, int amount) {}

    private EmbeddedDflockdServer server;

    private DflockdClient client;

    private SignalTemplate template;

    private SignalStream stream;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedDflockdServer.builder().start();
        client = DflockdClient.builder().servers(server.address()).build();
        template = new SignalTemplate(client);
        stream = client.signals().stream("orders.>");
        stream.subscription().ready().get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private String received() throws InterruptedException {
        return stream.poll(Duration.ofSeconds(10)).orElseThrow().payload();
    }

    @Test
    void sendsTexts() throws Exception {
        assertThat(template.send("orders.new", "a b")).isEqualTo(1);
        assertThat(template.sendAsync("orders.new", "c").get(10, TimeUnit.SECONDS))
                .isEqualTo(1);
        assertThat(template.send("others", "x")).isZero();
        assertThat(received()).isEqualTo("a b");
        assertThat(received()).isEqualTo("c");
    }

    @Test
    void convertsTextsAsTheyAreAndTheRestToJson() throws Exception {
        template.convertAndSend("orders.new", "plain");
        template.convertAndSend("orders.new", new Order("o-1", 3));
        template.convertAndSendAsync("orders.new", Map.of("k", 1)).get(10, TimeUnit.SECONDS);
        assertThat(received()).isEqualTo("plain");
        assertThat(received()).isEqualTo("{\"id\":\"o-1\",\"amount\":3}");
        assertThat(received()).isEqualTo("{\"k\":1}");
    }

    @Test
    void refusesBeforeSending() {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> template.send("orders.*", "x"))
                .withMessageContaining("wildcard");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> template.convertAndSend("orders.new", new Order("x".repeat(300), 1)))
                .withMessageContaining("256");
        assertThatExceptionOfType(SignalConversionException.class)
                .isThrownBy(() -> new SignalTemplate(client, new TextSignalConverter())
                        .convertAndSend("orders.new", new Order("o", 1)))
                .withMessageContaining("Jackson 3");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> template.convertAndSend("orders.new", null))
                .withMessageContaining("'orders.new'")
                .withMessageContaining("null");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> template.convertAndSendAsync("orders.new", null));
        assertThat(server.view().count("signal")).isZero();
    }

    @Test
    void interruptSetsTheFlagAgain() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(SignalInterruptedException.class).isThrownBy(() -> template.send("orders.new", "x"));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void serverThatIsDownIsToldApart() {
        server.stop();
        try (DflockdClient other =
                DflockdClient.builder().servers(server.address()).build()) {
            assertThatExceptionOfType(ServerUnreachableException.class)
                    .isThrownBy(() -> new SignalTemplate(other).send("orders.new", "x"));
        }
    }

    @Test
    void unreadablePayloadNamesTheType() {
        SignalConverter converter = SignalConverter.defaultConverter();
        assertThat(converter.read("{\"id\":\"o\",\"amount\":2}", Order.class)).isEqualTo(new Order("o", 2));
        assertThatExceptionOfType(SignalConversionException.class)
                .isThrownBy(() -> converter.read("no json", Order.class))
                .withMessageContaining("Order");
        assertThatExceptionOfType(SignalConversionException.class)
                .isThrownBy(() -> converter.read("null", Order.class));
    }
}
