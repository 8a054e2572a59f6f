package io.dflockd.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.embedded.EmbeddedDflockdServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

@EmbeddedDflockdTest
class SharedServerTests {

    private static EmbeddedDflockdServer shared;

    @BeforeAll
    static void ask(EmbeddedDflockdServer server) {
        shared = server;
    }

    @RepeatedTest(2)
    void serverOfBeforeAllServesAllMethods(EmbeddedDflockdServer server) {
        assertThat(server).isSameAs(shared);
        assertThat(server.isRunning()).isTrue();
    }
}
