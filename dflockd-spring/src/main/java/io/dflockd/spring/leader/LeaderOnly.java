package io.dflockd.spring.leader;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a method only while this application is the leader of a role. Otherwise the call is skipped: it returns nothing, null, an
 * empty {@code Optional}, a stage that is completed with one of these, or an empty reactive type. Methods that promise a value,
 * such as primitives, are refused at the start, and so is a role without an election.
 *
 * <pre>{@code
 * @Scheduled(fixedRate = 60_000)
 * @LeaderOnly("billing")
 * public void sendInvoices() { ... }
 * }</pre>
 *
 * <p>Whether this application leads is asked when the method begins, or when a reactive type is subscribed to. A method that has
 * begun is not stopped when the leadership ends. Work that must not overlap calls
 * {@link io.dflockd.client.Leadership#ensureLeader()} before each step that counts.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface LeaderOnly {

    /**
     * The role.
     *
     * @return a role of a {@link LeaderRoles} bean; may contain placeholders such as {@code ${billing.role}}
     */
    String value();
}
