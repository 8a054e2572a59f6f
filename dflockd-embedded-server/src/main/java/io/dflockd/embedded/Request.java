package io.dflockd.embedded;

/** The three lines of a request, as {@linkplain WireText wire text}. */
record Request(String command, String key, String argument) {}
