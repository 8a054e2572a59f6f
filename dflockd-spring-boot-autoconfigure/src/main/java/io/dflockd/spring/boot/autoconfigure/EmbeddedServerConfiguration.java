package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.ServerAddress;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * The embedded server. Both beans are lazy: the server exists when a client asks for it at run time. A condition would be
 * decided when the application is processed ahead of time.
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
                    "the embedded dflockd server is not enabled; set dflockd.embedded.enabled=true");
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
        int port = settings.getPort();
        if (port < 0 || port > 65535) {
            throw portRefused(port, "It must be between 0 (a free port) and 65535.");
        }
        try {
            return EmbeddedDflockdServer.builder()
                    .host(settings.getHost())
                    .port(port)
                    .authToken(AuthToken.ofText(properties, "dflockd"))
                    .start();
        } catch (IOException ex) {
            throw portRefused(
                    port,
                    "The embedded server " + ex.getMessage()
                            + ". Choose another port, or let this application use the server that listens there with"
                            + " dflockd.servers=" + settings.getHost() + ":" + port + ".");
        }
    }

    private static InvalidConfigurationPropertyValueException portRefused(int port, String reason) {
        return new InvalidConfigurationPropertyValueException("dflockd.embedded.port", port, reason);
    }

    private static void restart(EmbeddedDflockdServer server) {
        try {
            server.start();
        } catch (IOException ex) {
            throw new UncheckedIOException("the embedded dflockd server " + ex.getMessage(), ex);
        }
    }
}
