package io.tpp.soak;

import java.util.Random;

/** What a client of a soak may do, and how often it comes up among the others. */
enum Behaviour {
    KEEP_ALIVE(6, PoliteClients::keepAlive),
    PIPELINE(2, PoliteClients::pipeline),
    CONNECTION_CLOSE(2, PoliteClients::askForClose),
    HTTP_1_0(2, PoliteClients::http10),
    UPLOAD_IN_PARTS(2, PoliteClients::uploadInParts),
    READ_SLOWLY(1, PoliteClients::readSlowly),
    HOLD_IDLY(2, PoliteClients::holdIdly),
    EARLY_ANSWER(1, PoliteClients::earlyAnswer),
    HTTP_2_CROWD(1, Http2Crowd::act),

    LEAVE_WHILE_WAITING(4, RudeClients::leaveWhileWaiting),
    LEAVE_IN_THE_UPLOAD(2, RudeClients::leaveInTheUpload),
    LEAVE_IN_THE_HEAD(1, RudeClients::leaveInTheHead),
    LEAVE_IN_THE_ANSWER(2, RudeClients::leaveInTheAnswer),
    LEAVE_AFTER_PIPELINING(1, RudeClients::leaveAfterPipelining),
    CONNECT_ONLY(1, RudeClients::connectOnly),
    MALFORMED(1, RudeClients::malformed),
    MALFORMED_AND_MORE(1, RudeClients::malformedAndMore);

    /** How a visit goes. */
    private interface Course {
        void run(Visit visit) throws Exception;
    }

    private final int weight;

    @SuppressWarnings("ImmutableEnumChecker") // The courses are functions without a state.
    private final Course course;

    Behaviour(int weight, Course course) {
        this.weight = weight;
        this.course = course;
    }

    static Behaviour choose(Random random) {
        int total = 0;
        for (Behaviour each : values()) {
            total += each.weight;
        }
        int left = random.nextInt(total);
        for (Behaviour each : values()) {
            left -= each.weight;
            if (left < 0) {
                return each;
            }
        }
        throw new AssertionError("the weights do not add up");
    }

    void act(Visit visit) throws Exception {
        course.run(visit);
    }
}
