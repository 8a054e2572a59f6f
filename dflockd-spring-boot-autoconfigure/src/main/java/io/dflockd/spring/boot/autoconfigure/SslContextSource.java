package io.dflockd.spring.boot.autoconfigure;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/** The current TLS context. A new one is created only when the connection details return another bundle than before. */
final class SslContextSource implements Supplier<SSLContext> {

    private record Created(SslBundle bundle, SSLContext context) {}

    private final DflockdConnectionDetails details;

    private final AtomicReference<@Nullable Created> last = new AtomicReference<>();

    SslContextSource(DflockdConnectionDetails details) {
        this.details = details;
    }

    @Override
    public SSLContext get() {
        SslBundle bundle = details.getSslBundle();
        if (bundle == null) {
            throw new IllegalStateException(
                    "the connection details had an SSL bundle when the client was created and have none now; TLS is not"
                            + " switched off for new connections");
        }
        Created created = last.get();
        if (created == null || created.bundle() != bundle) {
            created = new Created(bundle, bundle.createSslContext());
            last.set(created);
        }
        return created.context();
    }
}
