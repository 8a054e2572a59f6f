package io.dflockd.client.internal.loop;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LockAcquisitionException;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.SignalRejectedException;
import io.dflockd.client.SignalsUnsupportedException;
import io.dflockd.client.TlsException;
import io.dflockd.client.UnknownServerHostException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A failure as one caller gets it. The event loop makes a failure once, also if it ends many requests, and its stack trace shows the
 * loop. Each caller gets a copy of its own, with the frames of the thread that makes the copy: a blocking method shows who called
 * it.
 */
final class OwnFailure {

    private OwnFailure() {}

    /** A copy; the failure itself if it is none that the loop makes. */
    static Throwable of(Throwable failure) {
        Throwable copy = copy(failure, String.valueOf(failure.getMessage()), failure.getCause());
        if (copy == null) {
            return failure;
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            copy.addSuppressed(suppressed);
        }
        return copy;
    }

    /** Without a table of constructors: a class that runs out of stack while it is initialized is lost for good. */
    private static @Nullable Throwable copy(Throwable failure, String message, @Nullable Throwable cause) {
        Class<?> type = failure.getClass();
        if (type == LockLostException.class) {
            LockLostException lost = (LockLostException) failure;
            return new LockLostException(lost.key(), lost.reason());
        }
        if (type == SemaphoreLimitMismatchException.class) {
            SemaphoreLimitMismatchException mismatch = (SemaphoreLimitMismatchException) failure;
            OptionalInt limit = mismatch.serverLimit();
            return new SemaphoreLimitMismatchException(
                    message, mismatch.requestedLimit(), limit.isPresent() ? limit.getAsInt() : null);
        }
        if (type == ClientClosedException.class) {
            return new ClientClosedException(message, cause);
        }
        if (type == ConnectionClosedException.class) {
            return new ConnectionClosedException(message, cause);
        }
        if (type == DflockdAuthenticationException.class) {
            return new DflockdAuthenticationException(message, cause);
        }
        if (type == DflockdConnectionException.class) {
            return new DflockdConnectionException(message, cause);
        }
        if (type == DflockdException.class) {
            return new DflockdException(message, cause);
        }
        if (type == DflockdProtocolException.class) {
            return new DflockdProtocolException(message, cause);
        }
        if (type == LockAcquisitionException.class) {
            return new LockAcquisitionException(message, cause);
        }
        if (type == LockRejectedException.class) {
            return new LockRejectedException(message, cause);
        }
        if (type == LockTimeoutException.class) {
            return new LockTimeoutException(message, cause);
        }
        if (type == RequestTimeoutException.class) {
            return new RequestTimeoutException(message, cause);
        }
        if (type == ServerUnreachableException.class) {
            return new ServerUnreachableException(message, cause);
        }
        if (type == SignalRejectedException.class) {
            return new SignalRejectedException(message, cause);
        }
        if (type == SignalsUnsupportedException.class) {
            return new SignalsUnsupportedException(message, cause);
        }
        if (type == TlsException.class) {
            return new TlsException(message, cause);
        }
        if (type == UnknownServerHostException.class) {
            return new UnknownServerHostException(message, cause);
        }
        return null;
    }
}
