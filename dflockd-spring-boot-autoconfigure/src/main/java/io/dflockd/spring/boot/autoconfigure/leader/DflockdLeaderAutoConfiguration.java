package io.dflockd.spring.boot.autoconfigure.leader;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DurationText;
import io.dflockd.spring.leader.LeaderRoles;
import io.dflockd.spring.leader.config.EnableLeaderOnly;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of {@link LeaderRoles} with the roles of {@code dflockd.leader.roles}, and of {@code @LeaderOnly}. The bean is
 * there without a role too: roles may come from properties that are not known during ahead-of-time processing. The annotation has no
 * condition: a method of a role without an election must fail the start.
 */
@AutoConfiguration(after = DflockdAutoConfiguration.class)
@EnableConfigurationProperties(DflockdLeaderProperties.class)
@EnableLeaderOnly
public final class DflockdLeaderAutoConfiguration {

    private static final Logger log = LoggerFactory.getLogger(DflockdLeaderAutoConfiguration.class);

    DflockdLeaderAutoConfiguration() {}

    @Bean
    @ConditionalOnBooleanProperty(name = "dflockd.enabled", matchIfMissing = true)
    @ConditionalOnBean(DflockdClient.class)
    @ConditionalOnMissingBean
    LeaderRoles dflockdLeaderRoles(ObjectProvider<DflockdClient> clients, DflockdLeaderProperties properties) {
        DflockdClient client = clients.getIfUnique();
        if (client != null) {
            return roles(client, properties);
        }
        if (!properties.getRoles().isEmpty()) {
            throw new InvalidConfigurationPropertyValueException(
                    "dflockd.leader.roles",
                    properties.getRoles(),
                    "There are several clients. Mark one of them @Primary, or define a LeaderRoles bean.");
        }
        return LeaderRoles.builder(clients.stream().findFirst().orElseThrow()).build();
    }

    /** Where everything runs unlocked, this application leads at once. */
    @Bean("dflockdLeaderRoles")
    @ConditionalOnBooleanProperty(name = "dflockd.enabled", havingValue = false)
    @ConditionalOnBooleanProperty("dflockd.without-locking")
    @ConditionalOnMissingBean
    LeaderRoles dflockdLeaderRolesWithoutLocking(DflockdLeaderProperties properties) {
        if (!properties.getRoles().isEmpty()) {
            log.warn(
                    "dflockd is disabled and dflockd.without-locking=true: every instance LEADS the roles {}",
                    properties.getRoles());
        }
        return roles(DflockdClient.withoutLocking(), properties);
    }

    private static LeaderRoles roles(DflockdClient client, DflockdLeaderProperties properties) {
        LeaderRoles.Builder builder = LeaderRoles.builder(client)
                .autoStartup(properties.isAutoStartup())
                .phase(properties.getPhase());
        List<String> roles = properties.getRoles();
        if (!roles.isEmpty()) {
            check("roles", roles, () -> LeaderRoles.builder(client).roles(roles).build());
        }
        if (properties.getLease() != null) {
            check("lease", properties.getLease(), () -> one(client, role -> role.lease(properties.getLease())));
        }
        if (properties.givesRevokeTimeout()) {
            check(
                    "revoke-timeout",
                    properties.getRevokeTimeout(),
                    () -> one(client, role -> role.revokeTimeout(properties.getRevokeTimeout())));
        }
        return builder.roles(roles)
                .lease(properties.getLease())
                .revokeTimeout(properties.getRevokeTimeout())
                .build();
    }

    /** Settings are checked with a role, which the application may not have. */
    private static void one(DflockdClient client, UnaryOperator<LeaderRoles.Builder> setting) {
        setting.apply(LeaderRoles.builder(client).roles(List.of("any"))).build();
    }

    private static void check(String property, @Nullable Object value, Runnable check) {
        try {
            check.run();
        } catch (InvalidArgumentException ex) {
            throw new InvalidConfigurationPropertyValueException(
                    "dflockd.leader." + property, DurationText.of(value), DurationText.in(ex.getMessage()));
        }
    }
}
