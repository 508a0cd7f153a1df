package dev.rollcall.system.lab;

/**
 * A line of the table: a fault, and how it is made.
 *
 * @param name by which it is asked for
 */
record Row(String name, String title, Step step) {
  /** Makes the fault and ends it; says when each was, and how it shows that it bit. */
  interface Step {
    void strike(Field field) throws Exception;
  }
}
