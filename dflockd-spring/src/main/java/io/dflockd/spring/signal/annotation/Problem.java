package io.dflockd.spring.signal.annotation;

/**
 * Why a method cannot listen.
 *
 * @param what completes "the method ..."
 * @param action a sentence that says what to change
 */
record Problem(String what, String action) {}
