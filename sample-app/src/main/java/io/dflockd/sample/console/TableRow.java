package io.dflockd.sample.console;

import java.util.List;

/**
 * A row of a table on the page.
 *
 * @param id the same in each snapshot
 * @param style a class
 * @param cells HTML; the last one extends to the end of the row
 */
record TableRow(String id, String style, List<String> cells) {

    static TableRow of(Object id, String style, String... cells) {
        return new TableRow(String.valueOf(id), style, List.of(cells));
    }

    /** For a table that is empty. */
    static List<TableRow> none(String text) {
        return List.of(of("", "none", Html.text(text)));
    }
}
