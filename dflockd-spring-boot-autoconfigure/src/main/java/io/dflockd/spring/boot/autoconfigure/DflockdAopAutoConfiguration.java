package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.spring.lock.config.EnableDistributedLocking;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of the lock annotations. It has no condition: without a client, because of {@code dflockd.enabled=false} or for
 * another reason, a bean with a lock annotation must fail the start. With {@code dflockd.enabled=false} and
 * {@code dflockd.without-locking=true}, operations are defined that run everything unlocked and send signals to nobody.
 */
@AutoConfiguration
@EnableDistributedLocking
@Import(SwitchedOffSelector.class)
public final class DflockdAopAutoConfiguration {

    DflockdAopAutoConfiguration() {}
}
