package io.dflockd.sample.console;

import java.util.UUID;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** This process, as other instances know it. */
@Component
class Instance {

    private final String id = UUID.randomUUID().toString().substring(0, 8);

    private final Environment environment;

    Instance(Environment environment) {
        this.environment = environment;
    }

    String id() {
        return id;
    }

    /** The port on which the web server listens, 0 as long as it does not. */
    int port() {
        return environment.getProperty("local.server.port", Integer.class, 0);
    }

    String name() {
        return nameOf(port());
    }

    static String nameOf(int port) {
        return "port " + port;
    }
}
