package io.dflockd.embedded;

/** The three lines of a request, as {@linkplain WireText wire text}, and the connection that sent them. */
record Request(long connectionId, String command, String key, String argument) {}
