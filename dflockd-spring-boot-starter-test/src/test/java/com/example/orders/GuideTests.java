package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;

/** The examples of the documents that make an {@link OrdersApplication}. */
@SpringBootTest
class GuideTests {

    @Test
    void templateIsInjected(@Autowired StockService stock) {
        assertThat(stock.take("a", 3)).isEqualTo(7);
    }

    @Test
    void secondClientHasATemplate(
            @Autowired ReportService reports, @Autowired @Qualifier("reports") DflockdClient client) {
        assertThat(reports.write("a")).isEqualTo(client.serverFor("report:a").toString());
        reports.archive("a");
    }
}
