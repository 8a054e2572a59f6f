package io.dflockd.spring.boot.test;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Resolves parameters of the types {@link EmbeddedDflockdServer} and {@link DflockdClient}; see {@link
 * EmbeddedDflockdTest}. All client parameters of one method are the same client.
 */
public final class EmbeddedDflockdExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(EmbeddedDflockdExtension.class);

    /** Creates the extension. */
    public EmbeddedDflockdExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == EmbeddedDflockdServer.class || type == DflockdClient.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == EmbeddedDflockdServer.class ? server(context) : client(context);
    }

    // The store closes in reverse order: the client before its server.
    private static EmbeddedDflockdServer server(ExtensionContext context) {
        return store(context)
                .computeIfAbsent(EmbeddedDflockdServer.class, key -> started(), EmbeddedDflockdServer.class);
    }

    private static DflockdClient client(ExtensionContext context) {
        EmbeddedDflockdServer server = server(context);
        return store(context)
                .computeIfAbsent(
                        DflockdClient.class,
                        key -> DflockdClient.builder().servers(server.address()).build(),
                        DflockdClient.class);
    }

    private static Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }

    private static EmbeddedDflockdServer started() {
        try {
            return EmbeddedDflockdServer.builder().start();
        } catch (IOException ex) {
            throw new UncheckedIOException("the embedded dflockd server does not start", ex);
        }
    }
}
