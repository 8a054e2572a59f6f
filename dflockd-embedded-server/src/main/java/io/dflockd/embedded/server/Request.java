package io.dflockd.embedded.server;

/** The three lines of a request, as {@linkplain WireText wire text}, and the connection that sent them. */
public record Request(long connectionId, String command, String key, String argument) {}
