package io.dflockd.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives plain JUnit tests an embedded server, and clients of it, as parameters of their methods. No Spring is involved.
 *
 * <pre>{@code
 * @EmbeddedDflockdTest
 * class TransferTests {
 *
 *     @Test
 *     void survivesALostLock(EmbeddedDflockdServer server, DflockdClient client) {
 *         ...
 *         server.faults().expireNow("account:1");
 *         ...
 *     }
 * }
 * }</pre>
 *
 * <p>Each test method has a server and a client of its own, closed after it. A server that a constructor or a
 * {@code @BeforeAll} method asks for serves all methods of its class.
 *
 * @see EmbeddedDflockdExtension
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(EmbeddedDflockdExtension.class)
public @interface EmbeddedDflockdTest {}
