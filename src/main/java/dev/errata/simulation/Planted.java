package dev.errata.simulation;

import dev.errata.batch.Effect;
import dev.errata.batch.IntakeMemory;
import dev.errata.batch.Known;
import dev.errata.fact.EventId;
import dev.errata.fact.Position;
import dev.errata.fact.Revision;
import dev.errata.failure.Failure;
import dev.errata.memit.BatchEditor;
import dev.errata.stream.Commit;
import dev.errata.stream.EditLog;
import dev.errata.stream.ForwardingEditLog;
import dev.errata.stream.Head;
import dev.errata.stream.IntakeLog;
import dev.errata.stream.Received;
import dev.errata.stream.simulated.Misdeed;
import dev.errata.worker.Disk;
import dev.errata.worker.Patience;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Bugs that the simulator must find, each wrapped around the production code, which has no switch for any. A checker that has never
 * seen a fault says nothing.
 */
public enum Planted {
    OFFSET_OUTSIDE_TRANSACTION(Misdeed.OFFSET_OUTSIDE_TRANSACTION),
    ABORT_FORGOTTEN_AFTER_TIMEOUT(Misdeed.ABORT_FORGOTTEN),
    CHUNK_ORDER_IGNORED(Misdeed.CHUNK_ORDER_IGNORED),
    LEDGER_FROM_LOSING_TRANSACTION(Misdeed.LEDGER_FROM_LOSING_TRANSACTION),
    RETRY_WITH_FRESH_ID(Misdeed.RETRY_WITH_FRESH_ID),
    NO_FENCING(Misdeed.NO_FENCING),
    DIRTY_READS(Misdeed.DIRTY_READS),
    UNKNOWN_COMMIT_TAKEN_FOR_DONE(Misdeed.UNKNOWN_IS_DONE),
    /** The head is announced before the version is committed. */
    ANNOUNCE_BEFORE_PUBLISH(Misdeed.NONE) {
        @Override
        EditLog around(EditLog log, String model, Clock clock) {
            return new ForwardingEditLog(log) {
                @Override
                public void commit(Commit commit) {
                    commit.version().ifPresent(
                            version -> super.announce(new Head(model, version.number(), version.digest(), clock.instant())));
                    super.commit(commit);
                }
            };
        }
    },
    /** A batch that is rejected moves the head. */
    HEAD_MOVED_ON_REJECT(Misdeed.NONE) {
        @Override
        EditLog around(EditLog log, String model, Clock clock) {
            return new ForwardingEditLog(log) {
                private Head last;

                @Override
                public void announce(Head head) {
                    last = head;
                    super.announce(head);
                }

                @Override
                public void commit(Commit commit) {
                    super.commit(commit);
                    if (commit.version().isEmpty()) {
                        super.announce(new Head(model, last.version() + 1, last.digest(), clock.instant()));
                    }
                }
            };
        }
    },
    /** After a restart the oldest event is no longer known. */
    DEDUPE_WINDOW_OFF_BY_ONE(Misdeed.NONE) {
        @Override
        IntakeMemory altered(IntakeMemory memory) {
            Set<EventId> pending = memory.pending().stream().map(one -> one.arrival().change().event()).collect(Collectors.toSet());
            List<Known> known = new ArrayList<>(memory.known());
            known.stream().filter(one -> !pending.contains(one.event())).findFirst().ifPresent(known::remove);
            return new IntakeMemory(memory.pending(), known);
        }
    },
    /** After a restart every revision is newer than those before. */
    OLDER_REVISION_WINS(Misdeed.NONE) {
        @Override
        IntakeMemory altered(IntakeMemory memory) {
            return new IntakeMemory(memory.pending(), memory.known().stream()
                    .map(one -> new Known(one.event(), one.key(), Revision.at(Instant.MIN), one.object(), one.rejected()))
                    .toList());
        }
    },
    /** A batch holds a subject twice: its first change is doubled under way. */
    SAME_SUBJECT_TWICE(Misdeed.SAME_SUBJECT_TWICE),
    /** After a rollback the solver goes on with the live set that was rolled back. */
    LIVE_SET_NOT_ROLLED_BACK(Misdeed.NONE) {
        @Override
        BatchEditor around(BatchEditor editor) {
            return new ForgetfulEditor(editor);
        }
    },
    /** The weights that are kept are not those that the encoded delta gives: one differs in its last bit. */
    WEIGHTS_NOT_FROM_ENCODED_DELTA(Misdeed.NONE) {
        @Override
        BatchEditor around(BatchEditor editor) {
            return new RoundingEditor(editor);
        }
    },
    /** At a mark the solver goes on with the state that it has; after a restart it is another. */
    SOLVER_NOT_MADE_ANEW(Misdeed.NONE) {
        @Override
        Disk disk(Disk disk) {
            return new Disk(disk.payloads(), disk.snapshots(), Integer.MAX_VALUE);
        }
    },
    /** A held version is announced. */
    HELD_VERSION_ANNOUNCED(Misdeed.NONE) {
        @Override
        EditLog around(EditLog log, String model, Clock clock) {
            return new ForwardingEditLog(log) {
                @Override
                public void commit(Commit commit) {
                    super.commit(commit);
                    commit.version().filter(version -> version.held().isPresent()).ifPresent(
                            version -> super.announce(new Head(model, version.number(), version.digest(), clock.instant())));
                }
            };
        }
    },
    /** What waits behind a held version is taken up. */
    EDIT_WHILE_HELD(Misdeed.NONE) {
        @Override
        EditLog around(EditLog log, String model, Clock clock) {
            return new HeedlessLog(log);
        }
    },
    /** A reject whose commit was not answered is sent again. */
    REJECT_SENT_AGAIN(Misdeed.REJECT_SENT_AGAIN),
    /** A rebase goes on from the weights that there are. */
    REBASE_ON_TOP(Misdeed.NONE) {
        @Override
        BatchEditor around(BatchEditor editor) {
            return new PilingEditor(editor);
        }
    },
    /** A batch that one of its facts makes fail is rejected whole. */
    NEIGHBOURS_OF_POISON_REJECTED(Misdeed.NONE) {
        @Override
        Patience patience(Patience patience) {
            return new Patience(1, patience.attempts());
        }
    };

    private final Misdeed misdeed;

    Planted(Misdeed misdeed) {
        this.misdeed = misdeed;
    }

    Misdeed misdeed() {
        return misdeed;
    }

    EditLog around(EditLog log, String model, Clock clock) {
        return log;
    }

    BatchEditor around(BatchEditor editor) {
        return editor;
    }

    IntakeMemory altered(IntakeMemory memory) {
        return memory;
    }

    Patience patience(Patience patience) {
        return patience;
    }

    Disk disk(Disk disk) {
        return disk;
    }

    final IntakeLog around(IntakeLog log) {
        return new IntakeLog() {
            @Override
            public IntakeMemory recall() {
                return altered(log.recall());
            }

            @Override
            public void giveUp(Position position, Failure code, String message) {
                log.giveUp(position, code, message);
            }

            @Override
            public List<Received> poll(Duration wait, int most) {
                return log.poll(wait, most);
            }

            @Override
            public void commit(List<Effect> effects) {
                log.commit(effects);
            }

            @Override
            public long lag() {
                return log.lag();
            }

            @Override
            public void pause() {
                log.pause();
            }

            @Override
            public void resume() {
                log.resume();
            }

            @Override
            public void close() {
                log.close();
            }
        };
    }
}
