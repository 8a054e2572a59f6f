package io.dflockd.spring.boot.autoconfigure;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/** The TLS context of the moment: made anew only when connection details give another bundle than before. */
final class SslContextSource implements Supplier<SSLContext> {

    private record Made(SslBundle bundle, SSLContext context) {}

    private final DflockdConnectionDetails details;

    private final AtomicReference<@Nullable Made> last = new AtomicReference<>();

    SslContextSource(DflockdConnectionDetails details) {
        this.details = details;
    }

    @Override
    public SSLContext get() {
        SslBundle bundle = details.getSslBundle();
        if (bundle == null) {
            throw new IllegalStateException(
                    "the connection details gave an SSL bundle when the client was made and give none now; TLS is not"
                            + " switched off for new connections");
        }
        Made made = last.get();
        if (made == null || made.bundle() != bundle) {
            made = new Made(bundle, bundle.createSslContext());
            last.set(made);
        }
        return made.context();
    }
}
