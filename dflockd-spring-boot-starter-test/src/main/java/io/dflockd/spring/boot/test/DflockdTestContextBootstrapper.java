package io.dflockd.spring.boot.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/** Bootstraps {@link DflockdTest}. */
final class DflockdTestContextBootstrapper extends TestSliceTestContextBootstrapper<DflockdTest> {}
