package io.dflockd.sample.console;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the console.
 *
 * @param kill whether the console may end this process, as {@code kill -9} does
 * @param interval how often the servers are asked while somebody watches
 * @param rows how many keys the page shows at most
 * @param watchers how many browser windows can watch at the same time
 */
@ConfigurationProperties("sample.console")
record ConsoleProperties(
        @DefaultValue("false") boolean kill,
        @DefaultValue("1s") Duration interval,
        @DefaultValue("100") int rows,
        @DefaultValue("20") int watchers) {}
