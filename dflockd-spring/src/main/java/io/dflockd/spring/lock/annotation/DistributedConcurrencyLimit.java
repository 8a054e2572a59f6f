package io.dflockd.spring.lock.annotation;

import io.dflockd.spring.lock.OnLost;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs a method only while a slot of a distributed semaphore is held: at most {@link #limit()} callers at a time, over all
 * instances of all applications that use the same servers.
 *
 * <pre>{@code
 * @DistributedConcurrencyLimit(name = "render", limit = 4)
 * public Image render(Scene scene) { ... }
 * }</pre>
 *
 * <p>The documentation of {@link DistributedLocked} about proxies, return types, expressions and order applies here too. If a
 * method has both, the lock is taken first.
 *
 * <p>All instances must use the same limit. The server keeps the first limit that it receives for a key until the key has been
 * idle for a while, so during a rolling update that changes it, the new instances fail with
 * {@link io.dflockd.client.SemaphoreLimitMismatchException} as long as old ones keep the key busy. If that matters, give a new limit a new {@link #name()}.
 *
 * @see DistributedLocked
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface DistributedConcurrencyLimit {

    /**
     * Same as {@link #name()}.
     *
     * @return the name
     */
    @AliasFor("name")
    String value() default "";

    /**
     * The logical name: literal text, in which <code>${...}</code> is replaced. It begins the key on the server and is the
     * tag of meters, so it must not contain what varies; that belongs in {@link #key()}.
     *
     * @return the name; required
     */
    @AliasFor("value")
    String name() default "";

    /**
     * How many callers may run at once.
     *
     * @return at least 1; this or {@link #limitString()} is required
     */
    int limit() default Integer.MIN_VALUE;

    /**
     * As {@link #limit()}, as text in which <code>${...}</code> is replaced.
     *
     * @return empty where {@code limit} is given
     */
    String limitString() default "";

    /**
     * What to limit within the name: a SpEL expression, as in {@code @Cacheable}, evaluated before each call. It sees the
     * arguments as {@code #name} (the class must be compiled with {@code -parameters}), {@code #p0} and {@code #a0}, beans
     * as {@code @bean}, and {@code #root} with {@code method}, {@code methodName}, {@code args}, {@code target} and
     * {@code targetClass}. <code>${...}</code> is replaced at start, and types
     * ({@code T(...)}) may be used: an expression is code. A list, as in <code>{#a, #b}</code>, makes one key of
     * several values.
     *
     * <p>Equal values give one key. The elements of lists and arrays are joined by commas, those of sets and the entries of
     * maps are sorted: <code>{a,b}</code>, {@code (a=1,b=2)}; a record is {@code Id[value=7]}. Commas, brackets and
     * backslashes within an element are escaped by a backslash. For any other object, its {@code toString()} is the key.
     *
     * <p>Null, blank texts, identities ({@code Order@1b2c3d}, also within a text), JSON trees and collections without an
     * order are refused at the call. The result may have 256 bytes with the name, and no blanks, unless a
     * {@link io.dflockd.spring.lock.KeyEncoding} is configured.
     *
     * @return the expression; empty to limit the name itself
     */
    String key() default "";

    /**
     * How long to wait for a slot: {@code 10s}, {@code 500ms}, {@code PT1M} or <code>${...}</code>; {@code 0s} does
     * not wait.
     *
     * @return empty for the template's default
     */
    String acquireTimeout() default "";

    /**
     * The lease, renewed in the background while the method runs: {@code 30s}, {@code PT1M} or <code>${...}</code>.
     *
     * @return empty for the template's default
     */
    String leaseTtl() default "";

    /**
     * How long the slot stays taken at least, from the grant on, however short the work is: {@code 30s}, {@code 500ms},
     * {@code PT1M} or <code>${...}</code>. The call returns when its work is done; the client keeps the slot until the time is
     * over, the process ends or the connection breaks.
     *
     * @return empty for the default of the template or client, {@code none} for no minimum
     */
    String holdAtLeast() default "";

    /**
     * How long the slot is held at most, from the grant on, in the form of {@link #holdAtLeast()}. Then it is lost with
     * {@link io.dflockd.client.LossReason#HELD_TOO_LONG} and free, and {@link #onLost()} says what becomes of the call.
     *
     * @return empty for the default of the template or client, {@code none} for no maximum
     */
    String holdAtMost() default "";

    /**
     * Whether the end of the call waits until the server has confirmed the release: {@code confirmed}, {@code sent} or
     * <code>${...}</code>. With {@code sent} a call costs one round trip less, and there is no proof that the slot was held to
     * the end; see {@link io.dflockd.client.ReleaseMode}.
     *
     * @return empty for the default of the template or client
     */
    String release() default "";

    /**
     * What becomes of the call if no slot is free for the whole acquire timeout.
     *
     * @return the policy
     */
    OnBusy onBusy() default OnBusy.FAIL;

    /**
     * What becomes of the call if the slot is lost before the work is done.
     *
     * @return the policy
     */
    OnLost onLost() default OnLost.FAIL;

    /**
     * A SpEL expression like {@link #key()} that says whether to limit. If it is false, the method runs <em>unguarded</em>.
     *
     * @return empty to limit always
     */
    String condition() default "";

    /**
     * The name of the {@code DflockdClient} bean to use. Must be given where there are several and none is primary.
     *
     * @return empty for the only or the primary one
     */
    String client() default "";
}
