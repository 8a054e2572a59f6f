package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.ServerAddress;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * The embedded server. Both beans are lazy: whether there is a server is decided by who asks for them at run time, not
 * by a condition, which ahead-of-time processing would answer when the application is built.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(EmbeddedDflockdServer.class)
class EmbeddedServerConfiguration {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedServerConfiguration.class);

    @Bean(destroyMethod = "")
    @Lazy
    @ConditionalOnMissingBean
    EmbeddedDflockdServer dflockdEmbeddedServer(DflockdProperties properties, ClientLifecycle lifecycle) {
        if (!properties.getEmbedded().isEnabled()) {
            throw new IllegalStateException(
                    "the embedded dflockd server is asked for but not enabled; set dflockd.embedded.enabled=true");
        }
        EmbeddedDflockdServer server = started(properties);
        lifecycle.manage(new ClientLifecycle.Server() {
            @Override
            public void stop() {
                server.stop();
            }

            @Override
            public void start() {
                restart(server);
            }
        });
        log.info("Embedded dflockd server listens on {}; for development and tests only", server.address());
        return server;
    }

    @Bean
    @Lazy
    EmbeddedDflockd dflockdEmbedded(EmbeddedDflockdServer server) {
        return () -> new ServerAddress(server.host(), server.port());
    }

    private static EmbeddedDflockdServer started(DflockdProperties properties) {
        DflockdProperties.Embedded settings = properties.getEmbedded();
        PropertyChecks checks = new PropertyChecks("dflockd");
        checks.require(
                settings.getPort() >= 0 && settings.getPort() <= 65535,
                "embedded.port",
                settings.getPort(),
                "expected 0 (a free port) to 65535");
        try {
            return EmbeddedDflockdServer.builder()
                    .host(settings.getHost())
                    .port(settings.getPort())
                    .authToken(new AuthToken(properties, checks).get())
                    .start();
        } catch (IOException ex) {
            throw new InvalidDflockdPropertyException(
                    checks.nameOf("embedded.port"),
                    settings.getPort(),
                    "the embedded server cannot listen on " + settings.getHost() + ":" + settings.getPort() + " ("
                            + ex.getMessage() + "); choose another port, or let this application use the server that is"
                            + " there with dflockd.servers=" + settings.getHost() + ":" + settings.getPort(),
                    ex);
        }
    }

    private static void restart(EmbeddedDflockdServer server) {
        try {
            server.start();
        } catch (IOException ex) {
            throw new UncheckedIOException("the embedded dflockd server cannot listen on " + server.address(), ex);
        }
    }
}
