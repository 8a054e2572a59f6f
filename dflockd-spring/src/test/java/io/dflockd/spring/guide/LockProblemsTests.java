package io.dflockd.spring.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockAcquisitionException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.TlsException;
import io.dflockd.spring.lock.LockInterruptedException;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.ProblemDetail;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.method.annotation.ExceptionHandlerMethodResolver;

/** The advice of docs/exceptions.md answers as its table says, and tells clients nothing about the application. */
class LockProblemsTests {

    private static final String MESSAGE = "com.example.Orders.fulfil(String) at 10.0.0.1:6388";

    private final ExceptionHandlerMethodResolver resolver = new ExceptionHandlerMethodResolver(LockProblems.class);

    static Stream<Arguments> exceptions() {
        return Stream.of(
                Arguments.of(new LockTimeoutException(MESSAGE), 409),
                Arguments.of(new LockRejectedException(MESSAGE), 503),
                Arguments.of(new ConnectionClosedException(MESSAGE), 503),
                Arguments.of(new ClientClosedException(MESSAGE), 503),
                Arguments.of(new LockInterruptedException(MESSAGE, new InterruptedException()), 503),
                Arguments.of(new TlsException(MESSAGE, new IllegalStateException()), 500),
                Arguments.of(new DflockdAuthenticationException(MESSAGE), 500),
                Arguments.of(new LockAcquisitionException(MESSAGE), 500),
                Arguments.of(new DflockdException(MESSAGE), 500),
                Arguments.of(new InvalidArgumentException(MESSAGE), 400));
    }

    @ParameterizedTest
    @MethodSource("exceptions")
    void exceptionHasItsStatus(Exception exception, int status) {
        Method handler = resolver.resolveMethod(exception);
        assertThat(handler).isNotNull();

        ReflectionUtils.makeAccessible(handler);
        ProblemDetail answer = (ProblemDetail) ReflectionUtils.invokeMethod(handler, new LockProblems(), exception);

        assertThat(answer).isNotNull();
        assertThat(answer.getStatus()).isEqualTo(status);
        assertThat(answer.toString()).doesNotContain("com.example").doesNotContain("10.0.0.1");
    }
}
