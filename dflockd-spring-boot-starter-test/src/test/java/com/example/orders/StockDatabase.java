package com.example.orders;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;

/** The database of the examples, in memory. */
@Configuration(proxyBeanMethods = false)
class StockDatabase {

    @Bean
    JdbcClient jdbcClient() {
        JdbcClient jdbc = JdbcClient.create(new EmbeddedDatabaseBuilder()
                .setType(EmbeddedDatabaseType.H2)
                .generateUniqueName(true)
                .build());
        jdbc.sql("create table stock (article varchar(20), items int)").update();
        jdbc.sql("insert into stock values ('a', 10)").update();
        return jdbc;
    }
}
