package dev.rollcall.system.lab;

/**
 * A line of the table: a fault, and how it is made.
 *
 * @param name by which it is asked for
 * @param aim what it may take
 */
record Row(String name, String title, Aim aim, Step step) {
  /** Up to which it is well, in seconds. */
  record Aim(double detected, double healed) {
    static final Aim NONE = new Aim(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    static Aim detected(double seconds) {
      return new Aim(seconds, NONE.healed());
    }

    static Aim healed(double seconds) {
      return new Aim(NONE.detected(), seconds);
    }

    /** What nobody noticed has no number, and is late where there is an aim. */
    boolean isLateNoticed(double seconds) {
      return Double.isFinite(detected) && !(seconds <= detected);
    }

    boolean isLateHealed(double seconds) {
      return seconds > healed;
    }
  }

  Row(String name, String title, Step step) {
    this(name, title, Aim.NONE, step);
  }

  /** Makes the fault and ends it; says when each was, and how it shows that it bit. */
  interface Step {
    void strike(Field field) throws Exception;
  }
}
