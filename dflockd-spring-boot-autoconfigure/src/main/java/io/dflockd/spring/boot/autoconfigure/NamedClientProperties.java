package io.dflockd.spring.boot.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** Gives the metadata for IDEs the keys of a named client; never bound. */
@ConfigurationProperties("dflockd.clients.*")
final class NamedClientProperties extends DflockdClientProperties {}
