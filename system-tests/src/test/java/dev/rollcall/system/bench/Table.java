package dev.rollcall.system.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A row for each run of each side as it is measured, then the medians and their ratio. */
final class Table {
  private static final int WIDTH = 11;

  private final List<String> columns;
  private final Map<Side, List<double[]>> rows = new EnumMap<>(Side.class);

  private Table(List<String> columns) {
    this.columns = columns;
  }

  static Table of(String title, String... columns) {
    Table table = new Table(List.of(columns));
    System.out.printf("%n%s%n%-16s", title, "");
    for (String column : columns) {
      System.out.print("  " + " ".repeat(Math.max(0, WIDTH - column.length())) + column);
    }
    System.out.println();
    return table;
  }

  void add(Side side, Number... numbers) {
    double[] values = Arrays.stream(numbers).mapToDouble(Number::doubleValue).toArray();
    List<double[]> ofSide = rows.computeIfAbsent(side, any -> new ArrayList<>());
    ofSide.add(values);
    print(side.title() + " " + ofSide.size(), values);
  }

  /** A word about a run of a side. */
  void note(Side side, String text) {
    if (!text.isEmpty()) {
      System.out.println("  " + side.title() + ": " + text);
    }
  }

  /** Prints the medians, and how many times the first side's the second's are. */
  void end() {
    Map<Side, double[]> medians = new EnumMap<>(Side.class);
    rows.forEach((side, ofSide) -> medians.put(side, medians(ofSide)));
    medians.forEach((side, values) -> print(side.title() + " median", values));
    if (medians.size() == 2) {
      double[] stock = medians.get(Side.VERTX);
      double[] ours = medians.get(Side.ROLLCALL);
      double[] ratios = new double[ours.length];
      Arrays.setAll(ratios, i -> stock[i] == 0 ? Double.NaN : ours[i] / stock[i]);
      print("ratio", ratios);
    }
  }

  private double[] medians(List<double[]> ofSide) {
    double[] medians = new double[columns.size()];
    Arrays.setAll(
        medians, i -> median(ofSide.stream().mapToDouble(values -> values[i]).sorted().toArray()));
    return medians;
  }

  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private void print(String name, double[] values) {
    StringBuilder line = new StringBuilder("%-16s".formatted(name));
    for (int i = 0; i < values.length; i++) {
      int width = Math.max(WIDTH, columns.get(i).length());
      line.append("  ").append(("%" + width + "s").formatted(text(values[i])));
    }
    System.out.println(line);
  }

  private static String text(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    String format = value == Math.rint(value) || value >= 1_000 ? "%,.0f" : "%,.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
