package io.dflockd.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.ServerAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StripesTests {

    @Test
    void eachKeyHasOneOwner() {
        List<String> keys = IntStream.range(0, 128).mapToObj(Plan::key).toList();

        assertThat(new Stripes(4, 2).keysOfLoops(128))
                .hasSize(2)
                .allMatch(part -> part.size() > 32)
                .satisfies(parts ->
                        assertThat(parts.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(keys));
        assertThat(new Stripes(4, 2).keysOfConnections(128)).hasSize(4).allMatch(part -> part.size() > 16);
    }

    @Test
    void aServerHasANameForEachConnectionOfALoop() {
        ServerAddress loopback = new ServerAddress("127.0.0.1", 6388);

        assertThat(new Stripes(4, 4).namesOf(loopback)).containsExactly(loopback);
        assertThat(new Stripes(4, 1).namesOf(loopback))
                .extracting(ServerAddress::host)
                .containsExactly("127.0.0.1", "127.0.0.01", "127.0.0.001", "127.0.00.1");
        assertThatThrownBy(() -> new Stripes(2, 1).namesOf(new ServerAddress("192.168.100.200", 6388)))
                .hasMessageContaining("192.168.100.200");
    }

    @Test
    void loopsShareEqually() {
        assertThatThrownBy(() -> new Stripes(3, 2)).hasMessageContaining("3 connections");
        assertThatThrownBy(() -> new Stripes(1, 2)).hasMessageContaining("1 connections");
    }
}
