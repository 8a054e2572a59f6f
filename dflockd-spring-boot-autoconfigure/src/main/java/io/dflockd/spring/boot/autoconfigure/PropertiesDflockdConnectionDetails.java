package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ServerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/** Connection details from the properties of one client. */
final class PropertiesDflockdConnectionDetails implements DflockdConnectionDetails {

    private final DflockdClientProperties properties;

    private final PropertyChecks checks;

    private final AuthToken authToken;

    private final List<ServerAddress> servers;

    private final @Nullable Supplier<SslBundle> sslBundle;

    /**
     * Checks the properties.
     *
     * @param serverWhenUnset asked only where no server is set
     */
    PropertiesDflockdConnectionDetails(
            DflockdClientProperties properties,
            String prefix,
            @Nullable SslBundles sslBundles,
            Supplier<ServerAddress> serverWhenUnset) {
        this.properties = properties;
        this.checks = new PropertyChecks(prefix);
        this.authToken = new AuthToken(properties, checks);
        authToken.get();
        this.sslBundle = sslBundle(sslBundles);
        this.servers = servers(serverWhenUnset);
    }

    @Override
    public List<ServerAddress> getServers() {
        return servers;
    }

    @Override
    public @Nullable String getAuthToken() {
        return authToken.get();
    }

    @Override
    public @Nullable SslBundle getSslBundle() {
        return sslBundle == null ? null : sslBundle.get();
    }

    @Override
    public boolean isVerifyHostname() {
        return properties.getSsl().isVerifyHostname();
    }

    private List<ServerAddress> servers(Supplier<ServerAddress> whenUnset) {
        List<String> entries = properties.getServers();
        if (entries.isEmpty()) {
            return List.of(whenUnset.get());
        }
        List<ServerAddress> parsed = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            try {
                if (checks.isGiven("servers[" + i + "]", entries.get(i))) {
                    parsed.add(ServerAddress.parse(entries.get(i)));
                }
            } catch (InvalidArgumentException ex) {
                throw checks.refused(ex);
            }
        }
        return List.copyOf(parsed);
    }

    private @Nullable Supplier<SslBundle> sslBundle(@Nullable SslBundles bundles) {
        DflockdClientProperties.Ssl ssl = properties.getSsl();
        String name = ssl.getBundle();
        if (!ssl.isEnabled()) {
            return null;
        }
        if (!StringUtils.hasText(name)) {
            SslBundle systemDefault = SslBundle.systemDefault();
            return () -> systemDefault;
        }
        List<String> known = bundles == null ? List.of() : bundles.getBundleNames();
        if (bundles == null || !known.contains(name)) {
            throw checks.invalid(
                    "ssl.bundle",
                    name,
                    "there is no SSL bundle of that name"
                            + (known.isEmpty()
                                    ? "; define it under spring.ssl.bundle.pem or spring.ssl.bundle.jks"
                                    : "; known are " + known));
        }
        // Boot warns of a reload that no handler cares for; ours is that every new connection asks again.
        bundles.addBundleUpdateHandler(name, updated -> {});
        return () -> bundles.getBundle(name);
    }
}
