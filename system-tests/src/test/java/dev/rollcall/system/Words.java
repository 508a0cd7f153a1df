package dev.rollcall.system;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pairs of an option and its number, as a command line has them. */
record Words(Map<String, Long> numbers) {
  /** Reads them; what is none of these options ends the program, with a line that names them. */
  static Words of(String[] args, String... known) {
    Map<String, Long> numbers = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      boolean wrong = !List.of(known).contains(args[i]) || i + 1 == args.length;
      if (wrong || !args[i + 1].matches("\\d{1,9}")) {
        System.err.println("options, each with a number: " + String.join(" ", known));
        System.exit(2);
      }
      numbers.put(args[i], Long.valueOf(args[i + 1]));
    }
    return new Words(numbers);
  }

  long number(String option, long otherwise) {
    return numbers.getOrDefault(option, otherwise);
  }
}
