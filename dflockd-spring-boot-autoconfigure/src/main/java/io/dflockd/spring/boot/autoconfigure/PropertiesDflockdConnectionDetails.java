package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ServerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/** Connection details from the properties of one client. */
final class PropertiesDflockdConnectionDetails implements DflockdConnectionDetails {

    private final DflockdClientProperties properties;

    private final String prefix;

    private final AuthToken authToken;

    private final List<ServerAddress> servers;

    private final @Nullable Supplier<SslBundle> sslBundle;

    /**
     * Checks the properties.
     *
     * @param whenUnset the servers where none are set
     */
    PropertiesDflockdConnectionDetails(
            DflockdClientProperties properties,
            String prefix,
            @Nullable SslBundles sslBundles,
            List<ServerAddress> whenUnset) {
        this.properties = properties;
        this.prefix = prefix;
        this.authToken = new AuthToken(properties, prefix);
        this.sslBundle = sslBundle(sslBundles);
        this.servers = properties.getServers().isEmpty() ? whenUnset : servers(properties.getServers());
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

    private List<ServerAddress> servers(List<String> entries) {
        CurrentProperty current = new CurrentProperty(prefix);
        List<ServerAddress> parsed = new ArrayList<>(entries.size());
        try {
            for (String entry : entries) {
                parsed.add(ServerAddress.parse(current.of("servers[" + parsed.size() + "]", entry)));
            }
        } catch (InvalidArgumentException ex) {
            throw current.refused(ex);
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
            throw bundleRefused(
                    known.isEmpty()
                            ? "There is no SSL bundle with this name. Define it under spring.ssl.bundle.pem or"
                                    + " spring.ssl.bundle.jks."
                            : "There is no SSL bundle with this name. The bundles are " + known + ".");
        }
        // Boot warns of a reload without a handler. Here every new connection asks for the bundle again.
        bundles.addBundleUpdateHandler(name, updated -> {});
        return () -> bundles.getBundle(name);
    }

    InvalidConfigurationPropertyValueException bundleRefused(String reason) {
        return new InvalidConfigurationPropertyValueException(
                prefix + ".ssl.bundle", properties.getSsl().getBundle(), reason);
    }
}
