package io.dflockd.spring.lock;

/** {@link KeyEncoding#strict()}. */
enum StrictEncoding implements KeyEncoding {
    INSTANCE;

    @Override
    public String encode(String key) {
        return key;
    }
}
