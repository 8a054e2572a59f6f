package io.dflockd.sample.console;

import io.dflockd.spring.boot.autoconfigure.DflockdClientBuilderCustomizer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Sets the console up. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConsoleProperties.class)
class ConsoleConfiguration implements WebMvcConfigurer {

    @Bean
    static DflockdClientBuilderCustomizer consoleListener(EventLog log, Renewals renewals) {
        return (builder, client) -> {
            if (client.equals(DflockdClientBuilderCustomizer.DEFAULT_CLIENT)) {
                builder.listener(new ClientEvents(log, renewals));
            }
        };
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new OwnPagesOnly()).addPathPatterns("/", "/console/**");
    }
}
