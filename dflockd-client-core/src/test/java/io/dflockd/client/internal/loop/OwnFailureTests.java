package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LockAcquisitionException;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.client.LockSuspendedException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.LossReason;
import io.dflockd.client.NotLeaderException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.SignalRejectedException;
import io.dflockd.client.SignalsUnsupportedException;
import io.dflockd.client.TlsException;
import io.dflockd.client.UnknownServerHostException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every failure that the event loop makes can be copied for each of its callers. */
class OwnFailureTests {

    /** Thrown by the methods of handles, on the thread of the caller. */
    private static final Set<String> NEVER_MADE_ON_THE_LOOP =
            Set.of(LockSuspendedException.class.getName(), NotLeaderException.class.getName());

    static List<DflockdException> failures() {
        Throwable cause = new IOException("c");
        return List.of(
                new ClientClosedException("m", cause),
                new ConnectionClosedException("m", cause),
                new DflockdAuthenticationException("m", cause),
                new DflockdConnectionException("m", cause),
                new DflockdException("m", cause),
                new DflockdProtocolException("m", cause),
                new LockAcquisitionException("m", cause),
                new LockLostException("k", LossReason.HELD_TOO_LONG),
                new LockRejectedException("m", cause),
                new LockTimeoutException("m", cause),
                new RequestTimeoutException("m", cause),
                new SemaphoreLimitMismatchException("m", 3, 4),
                new ServerUnreachableException("m", cause),
                new SignalRejectedException("m", cause),
                new SignalsUnsupportedException(new ServerAddress("h", 1)),
                new TlsException("m", cause),
                new UnknownServerHostException("m"));
    }

    @Test
    void allTypesAreKnown() {
        Set<String> known =
                failures().stream().map(failure -> failure.getClass().getName()).collect(Collectors.toSet());
        Stream<String> types = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.dflockd.client")
                        .stream()
                        .filter(type -> type.isAssignableTo(DflockdException.class))
                        .map(JavaClass::getName)
                        .filter(name -> !NEVER_MADE_ON_THE_LOOP.contains(name));
        assertThat(types).containsExactlyInAnyOrderElementsOf(known);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void copyDiffersInItsFramesOnly(DflockdException failure) throws Exception {
        failure.setStackTrace(new StackTraceElement[0]);
        Throwable suppressed = new IllegalStateException("s");
        failure.addSuppressed(suppressed);
        Throwable copy = OwnFailure.of(failure);
        assertThat(copy)
                .isNotSameAs(failure)
                .isExactlyInstanceOf(failure.getClass())
                .hasMessage(failure.getMessage())
                .hasSuppressedException(suppressed);
        assertThat(copy.getCause()).isSameAs(failure.getCause());
        assertThat(copy.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(OwnFailureTests.class.getName()));
        copy.addSuppressed(new IllegalStateException("of one caller"));
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(serialized(copy)).isExactlyInstanceOf(failure.getClass()).hasMessage(failure.getMessage());
    }

    private static Throwable serialized(Throwable failure) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failure);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (Throwable) in.readObject();
        }
    }

    @Test
    void valuesOfAFailureAreCopied() {
        LockLostException lost =
                (LockLostException) OwnFailure.of(new LockLostException("k", LossReason.HELD_TOO_LONG));
        assertThat(lost.key()).isEqualTo("k");
        assertThat(lost.reason()).isEqualTo(LossReason.HELD_TOO_LONG);
        SemaphoreLimitMismatchException known =
                (SemaphoreLimitMismatchException) OwnFailure.of(new SemaphoreLimitMismatchException("m", 3, 4));
        assertThat(known.requestedLimit()).isEqualTo(3);
        assertThat(known.serverLimit()).hasValue(4);
        SemaphoreLimitMismatchException unknown =
                (SemaphoreLimitMismatchException) OwnFailure.of(new SemaphoreLimitMismatchException("m", 3, null));
        assertThat(unknown.serverLimit()).isEmpty();
    }

    @Test
    void failuresOfOthersAreLeftAlone() {
        Throwable others = new IllegalStateException("x");
        assertThat(OwnFailure.of(others)).isSameAs(others);
        Throwable subtype = new DflockdException("of an application") {};
        assertThat(OwnFailure.of(subtype)).isSameAs(subtype);
    }
}
