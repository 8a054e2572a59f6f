package io.dflockd.spring.boot.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of Prometheus refers to.
 *
 * @param selectors each use of a metric
 * @param grouping the labels in {@code by}, {@code on} and {@code label_values}
 */
record PromQl(List<Selector> selectors, Set<String> grouping) {

    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");

    private static final Pattern LABEL_VALUES = Pattern.compile("^label_values\\((.*),\\s*(\\w+)\\)$");

    private static final Pattern SELECTOR = Pattern.compile("\\b(dflockd_\\w+)(?:\\{([^}]*)})?");

    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");

    /**
     * A metric and the labels that its matchers name.
     *
     * @param labels by label the value that it is compared with
     */
    record Selector(String metric, Map<String, String> labels) {}

    static PromQl parse(String expression) {
        Set<String> grouping = new TreeSet<>();
        String rest = expression.trim();
        Matcher values = LABEL_VALUES.matcher(rest);
        if (values.matches()) {
            grouping.add(values.group(2));
            rest = values.group(1);
        }
        GROUPING.matcher(rest).results().forEach(found -> addLabels(grouping, found));
        rest = GROUPING.matcher(rest).replaceAll("");
        List<Selector> selectors = new ArrayList<>();
        SELECTOR.matcher(rest)
                .results()
                .forEach(found -> selectors.add(new Selector(found.group(1), matchers(found.group(2)))));
        return new PromQl(selectors, grouping);
    }

    private static void addLabels(Set<String> grouping, MatchResult found) {
        for (String label : found.group(1).split(",")) {
            if (!label.isBlank()) {
                grouping.add(label.trim());
            }
        }
    }

    private static Map<String, String> matchers(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (text != null) {
            MATCHER.matcher(text).results().forEach(found -> labels.put(found.group(1), found.group(3)));
        }
        return labels;
    }
}
