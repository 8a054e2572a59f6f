package io.dflockd.spring.boot.test;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Its {@code application.properties} name a server that does not exist. */
@SpringBootApplication
class TestApplication {}
