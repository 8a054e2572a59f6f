package io.dflockd.client;

/** Throws checked exceptions where none are declared, as code in Kotlin does, and code that Lombok has changed. */
final class Sneaky {

    private Sneaky() {}

    @SuppressWarnings("unchecked")
    static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
