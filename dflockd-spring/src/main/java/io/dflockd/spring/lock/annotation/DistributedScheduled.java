package io.dflockd.spring.lock.annotation;

import io.dflockd.spring.lock.OnLost;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs a scheduled job on one node: a {@link DistributedLocked @DistributedLocked} that does not wait, and skips the run if
 * another node has the lock. It stands beside {@code @Scheduled}, which says when to run; it does not schedule by itself.
 *
 * <pre>{@code
 * @Scheduled(cron = "0 0 3 * * *")
 * @DistributedScheduled(name = "nightly-report", holdAtLeast = "30s")
 * public void report() { ... }
 * }</pre>
 *
 * <p>Give a {@link #holdAtLeast()} that is longer than the clocks of the nodes differ and shorter than the schedule's period:
 * otherwise a short job runs again on a node whose clock is behind. It lasts as long as the process that ran the job; after a
 * crash or a restart another node may run the job again.
 *
 * <p>A skipped run is reported to listeners and meters like every busy lock, and logged at DEBUG level at most. If the server
 * cannot be reached, the run fails with an exception, which the scheduler logs; it is not skipped silently.
 *
 * @see DistributedLocked
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@DistributedLocked(acquireTimeout = "0s", onBusy = OnBusy.SKIP)
public @interface DistributedScheduled {

    /**
     * Same as {@link #name()}.
     *
     * @return the name
     */
    @AliasFor(annotation = DistributedLocked.class, attribute = "name")
    String value() default "";

    /**
     * The name of the job, as in {@link DistributedLocked#name()}: all nodes use the same one.
     *
     * @return the name; required
     */
    @AliasFor(annotation = DistributedLocked.class, attribute = "name")
    String name() default "";

    /**
     * What to lock within the name, as in {@link DistributedLocked#key()}: a bean that knows the tenant, for example.
     *
     * @return the expression; empty to lock the name itself
     */
    @AliasFor(annotation = DistributedLocked.class)
    String key() default "";

    /**
     * How long no other node runs the job, from the beginning of a run on; see {@link DistributedLocked#holdAtLeast()}.
     *
     * @return empty for the default of the template or client, {@code none} for no minimum
     */
    @AliasFor(annotation = DistributedLocked.class)
    String holdAtLeast() default "";

    /**
     * After which time a run loses its lock, so that another node may run the job; see {@link DistributedLocked#holdAtMost()}.
     * The run itself goes on, unless {@link #onLost()} is {@link OnLost#INTERRUPT}.
     *
     * @return empty for the default of the template or client, {@code none} for no maximum
     */
    @AliasFor(annotation = DistributedLocked.class)
    String holdAtMost() default "";

    /**
     * What becomes of a run whose lock is lost before it has ended.
     *
     * @return the policy
     */
    @AliasFor(annotation = DistributedLocked.class)
    OnLost onLost() default OnLost.FAIL;

    /**
     * The name of the {@code DflockdClient} bean to use, as in {@link DistributedLocked#client()}.
     *
     * @return empty for the only or the primary one
     */
    @AliasFor(annotation = DistributedLocked.class)
    String client() default "";
}
