package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Summary;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Runs two ways of doing the same in turns, A B A B, so that a disturbance of the machine disturbs both. */
public final class Pairing {

    private Pairing() {}

    /** One way. */
    public interface Side {

        /** Does it once. */
        Summary run() throws Exception;
    }

    /**
     * The runs.
     *
     * @param first runs of A, not the warm-up
     * @param second runs of B
     */
    public record Result(List<Summary> first, List<Summary> second) {

        /** The median over the pairs of A's figure divided by B's of the same pair. */
        public double ratio(ToDoubleFunction<Summary> figure) {
            ArrayList<Double> ratios = new ArrayList<>();
            for (int i = 0; i < first.size(); i++) {
                ratios.add(figure.applyAsDouble(first.get(i)) / figure.applyAsDouble(second.get(i)));
            }
            return median(ratios);
        }

        /** A line with the ratios. */
        public String text(String a, String b) {
            return String.format(
                    "%s / %s: throughput x %.2f, mean x %.2f, p50 x %.2f, p99 x %.2f, cpu x %.2f (medians of %d pairs)",
                    a,
                    b,
                    ratio(Summary::perSecond),
                    ratio(Summary::mean),
                    ratio(Summary::p50),
                    ratio(Summary::p99),
                    ratio(Summary::cpuPerOperation),
                    first.size());
        }
    }

    /** Runs them: first the warm-up of each, then as many pairs. */
    public static Result run(PrintStream out, String a, Side first, String b, Side second, int warmups, int repeat)
            throws Exception {
        for (int i = 0; i < warmups; i++) {
            first.run();
            second.run();
        }
        List<Summary> firsts = new ArrayList<>();
        List<Summary> seconds = new ArrayList<>();
        for (int i = 0; i < repeat; i++) {
            firsts.add(printed(out, a, first.run()));
            seconds.add(printed(out, b, second.run()));
        }
        Result result = new Result(firsts, seconds);
        out.println(line("median " + a, median(firsts)));
        out.println(line("median " + b, median(seconds)));
        out.println(result.text(a, b));
        return result;
    }

    /** Prints one run. */
    static Summary printed(PrintStream out, String name, Summary summary) {
        out.println(line(name, summary));
        return summary;
    }

    private static String line(String name, Summary summary) {
        return String.format("%-22s %s", name, summary.text());
    }

    /** The run whose throughput is the median. */
    public static Summary median(List<Summary> runs) {
        List<Summary> sorted = new ArrayList<>(runs);
        sorted.sort(java.util.Comparator.comparingDouble(Summary::perSecond));
        return sorted.get(sorted.size() / 2);
    }

    /** The median. */
    public static double median(Collection<Double> figures) {
        List<Double> values = figures.stream().sorted().toList();
        int middle = values.size() / 2;
        return values.size() % 2 == 1 ? values.get(middle) : (values.get(middle - 1) + values.get(middle)) / 2;
    }
}
