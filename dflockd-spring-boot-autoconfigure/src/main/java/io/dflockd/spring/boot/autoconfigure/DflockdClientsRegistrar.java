package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import java.util.Map;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** One client bean for each name under {@code dflockd.clients}, called as its name. */
final class DflockdClientsRegistrar implements BeanRegistrar {

    private static final Bindable<Map<String, DflockdClientProperties>> CLIENTS =
            Bindable.mapOf(String.class, DflockdClientProperties.class);

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        Binder.get(environment)
                .bind("dflockd.clients", CLIENTS)
                .orElseGet(Map::of)
                .keySet()
                .forEach(name -> registry.registerBean(
                        name,
                        DflockdClient.class,
                        spec -> spec.fallback()
                                .description("dflockd client '" + name + "' of dflockd.clients")
                                .supplier(context ->
                                        context.bean(DflockdClientFactory.class).namedClient(name))));
    }
}
