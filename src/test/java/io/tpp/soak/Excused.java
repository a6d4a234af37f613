package io.tpp.soak;

/** A request went wrong while the upstream was up to mischief, which ends the visit. */
final class Excused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Excused(String what) {
        super(what, null, false, false);
    }
}
