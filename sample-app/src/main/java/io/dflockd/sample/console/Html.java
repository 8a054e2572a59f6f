package io.dflockd.sample.console;

import org.springframework.web.util.HtmlUtils;

/** Pieces of HTML. Every text that is passed in is escaped here, and nowhere else. */
final class Html {

    private Html() {}

    static String text(Object value) {
        return HtmlUtils.htmlEscape(String.valueOf(value));
    }

    /** A piece of text with a style. */
    static String span(String style, Object value) {
        return "<span class=\"" + style + "\">" + text(value) + "</span>";
    }

    /** How much of a lease is left. The text beside it says the same. */
    static String bar(long value, long max) {
        return "<progress value=\"" + Math.min(value, max) + "\" max=\"" + max + "\" aria-hidden=\"true\"></progress>";
    }

    /**
     * A form with one button.
     *
     * @param label the word on the button
     * @param object what it acts on, for those who do not see the row around it
     * @param fields names and values in turn
     */
    static String button(String action, String label, String object, Object... fields) {
        StringBuilder html = new StringBuilder("<form method=\"post\" action=\"/console/")
                .append(action)
                .append("\">");
        for (int i = 0; i < fields.length; i += 2) {
            html.append("<input type=\"hidden\" name=\"")
                    .append(text(fields[i]))
                    .append("\" value=\"")
                    .append(text(fields[i + 1]))
                    .append("\">");
        }
        return html.append("<button class=\"")
                .append(action)
                .append("\">")
                .append(text(label))
                .append(" <span class=\"hidden\">")
                .append(text(object))
                .append("</span></button></form>")
                .toString();
    }
}
